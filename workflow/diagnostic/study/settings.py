"""A study's configuration changed key by key, everything else as it was, comments too: what a form asks, and nothing that it would
have to guess."""

import datetime as dt
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from diagnostic.core import writing
from diagnostic.core.declarations import ConfigError, parse, validate
from diagnostic.study.changes import whole
from diagnostic.study.config import STUDIES, load, load_yaml
from diagnostic.study.declared import Study

TEXTS = ("title", "team", "contact", "coded_sample", "period_start", "period_end", "report_date")
KEYS = (*TEXTS, "fictional", "final", "circulation")
BY_HAND = "{place} : {key} n’y est pas écrit sur une ligne ; le changer dans le fichier."


def change(root: Path, study: str, said: Mapping[str, str | bool | None]) -> list[str]:
    """Write keys of KEYS, a text or a day as text, None to leave the key out; the keys that changed. Raises ConfigError for what the
    configuration would not be with, and what `changes.whole` does: nothing is then written."""

    def work(inside: Path) -> list[str]:
        place = STUDIES / f"{study}.yaml"
        before, text = load_yaml(inside, place), (inside / place).read_text(encoding="utf-8")
        wanted = {key: value for key, value in said.items() if key in KEYS and _differs(before.get(key), value)}
        for key, value in wanted.items():
            text = _edited(text, key, value)
            after: dict[str, Any] = {}
            with suppress(ConfigError):
                after = parse(text.encode(), place)
            rest = [{name: one for name, one in said.items() if name not in wanted} for said in (before, after)]
            if _differs(after.get(key), value) or rest[0] != rest[1]:
                raise ConfigError(BY_HAND.format(place=place, key=key))
        after = parse(text.encode(), place)
        validate(Study, after, place)
        if wanted:
            writing.write_bytes(text.encode(), inside / place)
            load(inside, {"studies": [study]})  # a real study that is final has its compliance file complete
        return [*wanted]

    return whole(root, study, ("régler", sorted(said.items(), key=str), dt.datetime.now()), work)


def _differs(held: object, value: str | bool | None) -> bool:
    """Whether a value is not what is held: read as text, where « True » and « true » say the same."""
    if held is None or value is None:
        return held is not value
    text = str(value).lower() if isinstance(value, bool) else value
    return (str(held).lower() if isinstance(value, bool) else str(held)) != text


def _edited(text: str, key: str, value: str | bool | None) -> str:
    """The text with one key of its first level changed, added after the title, or left out."""
    line = re.compile(rf"^{key}:[ \t]*(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^#\n]*?)([ \t]*(?:#[^\n]*)?)$", re.MULTILINE)
    if value is None:
        return re.sub(rf"^{key}:[^\n]*\n", "", text, flags=re.MULTILINE)
    written = str(value).lower() if isinstance(value, bool) else scalar(value)
    edited, found = line.subn(lambda match: f"{key}: {written}{match[2]}", text)
    title = re.compile(r"^(title:[^\n]*\n)", re.MULTILINE)
    return edited if found else title.sub(lambda match: f"{match[1]}{key}: {written}\n", text)


def scalar(value: str) -> str:
    """A value as YAML reads it back: a day as it is, else between quotation marks."""
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else f'"{quoted}"'
