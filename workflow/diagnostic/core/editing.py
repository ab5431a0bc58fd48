"""A YAML text changed value by value, everything else as it was, comments too: where each value stands is what PyYAML says of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

Path = tuple[str | int, ...]  # the keys, and places in lists, that lead to a value


@dataclass(frozen=True)
class Value:
    """A value of a text: what leads to it, what it says, and the offsets between which it is written."""

    path: Path
    text: str
    start: int
    end: int


def values(text: str) -> Iterator[Value]:
    """The values of a text, in their order; none of one that does not read."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return
    yield from _within(node, ()) if node else ()


def _within(node: yaml.Node, path: Path) -> Iterator[Value]:
    if isinstance(node, yaml.ScalarNode) or not node.value:  # « {} » too, which says nothing
        yield Value(path, node.value or "", node.start_mark.index, node.end_mark.index)
    inside: Sequence[tuple[str | int, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        inside = [(key.value, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        inside = list(enumerate(node.value))
    for name, value in inside:
        yield from _within(value, (*path, name))


def put(text: str, path: Path, written: str) -> str:
    """The text with a value in place, as it is `written`: one of the first level, or of the second; at the end of its mapping, or of the
    text, where nothing leads to it yet."""
    text = text if text.endswith("\n") or not text else f"{text}\n"
    every, (*above, key) = list(values(text)), path
    if found := next((one for one in every if one.path == path), None):
        empty, several = found.start == found.end, text[: found.end].endswith("\n")
        return text[: found.start] + " " * empty + written + "\n" * several + text[found.end :]
    line = f"{key}: {written}\n"
    near = [one for one in every if one.path[: len(above)] == tuple(above)] if above else []
    if not near:
        head = "".join(f"\n{name}:\n  " for name in above)
        return f"{text.rstrip()}\n{head}{line}".lstrip()
    last = near[-1]
    indent = text[text.rfind("\n", 0, last.start) + 1 : last.start]
    kept = text[: last.end]
    if last.path == tuple(above) and not last.text:  # « {} », of nothing yet
        kept = text[: last.start].rstrip()
    after = text.find("\n", last.end) + 1
    inside = indent[: len(indent) - len(indent.lstrip())] or "  "
    return kept + text[last.end : after] + inside + line + text[after:]


def drop(text: str, key: str) -> str:
    """The text without a value of its first level, and its line."""
    found = next((one for one in values(text) if one.path == (key,)), None)
    if found is None:
        return text
    return text[: text.rfind("\n", 0, found.start) + 1] + text[text.find("\n", found.end) + 1 :]


def quoted(value: str) -> str:
    """A text as YAML reads it back: between quotation marks."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
