"""The library of tracks: the file of their texts, read and refused in French."""

from typing import Annotated

from pydantic import Field

from diagnostic.core.declarations import Section, Text, parse, validate
from diagnostic.core.french import typographic
from diagnostic.references.shelf import LIBRARY


class Track(Section):
    """One track: its name, its title, what it asks for, the sentences that support it, and its row of the action plan."""

    name: Text
    title: Text
    text: Text
    support: Annotated[list[Text], Field(min_length=1)]
    action: Text
    who: Text
    when: Text
    indicator: Text


class Library(Section):
    tracks: Annotated[list[Track], Field(min_length=1)]


def read(content: bytes) -> list[Track]:
    """The tracks of a library, in order, with the spaces of French. Raises ConfigError with every problem of the file."""
    found = validate(Library, parse(content, LIBRARY), LIBRARY).tracks
    words = {name for name, one in Track.model_fields.items() if one.annotation is str}
    return [track.model_copy(update={name: typographic(getattr(track, name)) for name in words}) for track in found]
