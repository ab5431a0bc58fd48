"""A study's configuration changed key by key, everything else as it was, comments too: what a form asks, and nothing that it would
have to guess."""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from diagnostic.core import editing, writing
from diagnostic.core.declarations import ConfigError, parse, validate
from diagnostic.study.changes import whole
from diagnostic.study.config import STUDIES, load, load_yaml
from diagnostic.study.declared import Study
from diagnostic.study.given import read_record, trial
from diagnostic.study.receive import OUTLINES

TEXTS = ("title", "team", "contact", "coded_sample", "period_start", "period_end", "report_date")
KEYS = (*TEXTS, "fictional", "final", "circulation")
BY_HAND = "{place} : {keys} ne peut pas s’y écrire ainsi ; le changer dans le fichier."


def change(root: Path, study: str, said: Mapping[str, str | bool | None]) -> list[str]:
    """Write keys of KEYS, a text or a day as text, None to leave the key out; the keys that changed. Raises ConfigError for what the
    configuration would not be with, and what `changes.whole` does: nothing is then written."""

    def work(inside: Path) -> list[str]:
        place = STUDIES / f"{study}.yaml"
        before, text = load_yaml(inside, place), (inside / place).read_text(encoding="utf-8")
        wanted = {key: value for key, value in said.items() if key in KEYS and _differs(before.get(key), value)}
        for key, value in wanted.items():
            text = editing.drop(text, key) if value is None else editing.put(text, (key,), _written(value))
        after = parse(text.encode(), place)
        rest = [{name: one for name, one in said.items() if name not in wanted} for said in (before, after)]
        if rest[0] != rest[1] or any(_differs(after.get(key), value) for key, value in wanted.items()):
            raise ConfigError(BY_HAND.format(place=place, keys=", ".join(wanted)))
        validate(Study, after, place)
        if wanted:
            writing.write_bytes(text.encode(), inside / place)
            load(inside, {"studies": [study]})  # a real study that is final has its compliance file complete
        return [*wanted]

    return whole(root, study, ("régler", sorted(said.items(), key=str), dt.datetime.now()), work)


def tried(root: Path, study: str) -> list[str]:
    """What the study still has of its trial: roles, and OUTLINES. Raises ConfigError."""
    held = load_yaml(root, STUDIES / f"{study}.yaml")
    names = {**(held.get("inputs") or {}), **{role: role for role in held.get("received") or {}}}
    names |= {OUTLINES: held[OUTLINES].get("file")} if isinstance(held.get(OUTLINES), dict) else {}
    return [role for role, name in names.items() if trial(read_record(root, study, str(name)))]


def without_trial(root: Path, study: str) -> list[str]:
    """Leave out of the configuration what is still of the trial, whose files stay where they are; what was left out. Raises what
    `change` does."""

    def work(inside: Path) -> list[str]:
        place, roles = STUDIES / f"{study}.yaml", tried(inside, study)
        text = (inside / place).read_text(encoding="utf-8")
        for role in roles:
            line = rf"^{role}:[^\n]*\n([ \t]+[^\n]*\n)+" if role == OUTLINES else rf"^[ \t]+{role}:[^\n]*\n"
            text = re.sub(line, "", text, flags=re.MULTILINE)
        text = re.sub(r"^(inputs|received):[ \t]*(?=(#[^\n]*)?\n(?![ \t]+\S))", r"\1: {} ", text, flags=re.MULTILINE)
        writing.write_bytes(text.encode(), inside / place)
        load(inside, {"studies": [study]})
        if left := tried(inside, study):
            raise ConfigError(BY_HAND.format(place=place, keys=", ".join(left)))
        return roles

    return whole(root, study, ("essai", dt.datetime.now()), work)


def _differs(held: object, value: str | bool | None) -> bool:
    """Whether a value is not what is held: read as text, where « True » and « true » say the same."""
    if held is None or value is None:
        return held is not value
    text = str(value).lower() if isinstance(value, bool) else value
    return (str(held).lower() if isinstance(value, bool) else str(held)) != text


def _written(value: str | bool) -> str:
    """A value as YAML reads it back: a day as it is, else between quotation marks."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else editing.quoted(value)
