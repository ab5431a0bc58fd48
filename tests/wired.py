"""The rules as they are written: those of the rule files, and the steps that `steps.smk` makes a rule of, both in the same form."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULE_FILES = sorted((ROOT / "workflow" / "rules").glob("*.smk"))
RULE = re.compile(r"^rule (\w+):\n((?:    .*\n|\n)+)", re.MULTILINE)
STEP = re.compile(
    r'^    "(\w+)": Step\(\n        "(.+)",\n        "([\w.]+)",\n((?:        .*\n)+)    \),', re.MULTILINE
)
TABLES = re.compile(r"\b(collected|consolidated|estimated|released|outlined)\(((?:[^()]|\([^()]*\))*)\)")
PHASES = {
    "collected": "collect",
    "consolidated": "consolidate",
    "estimated": "estimate",
    "released": "release",
    "outlined": "geography",
}


@cache
def rules(path: Path) -> dict[str, str]:
    """Rule → its text, of one rule file."""
    text = path.read_text(encoding="utf-8")
    return dict(RULE.findall(text)) | {name: _rule(*step) for name, *step in STEP.findall(text)}


def every_rule() -> dict[str, str]:
    """The same of all of them."""
    return {name: body for path in RULE_FILES for name, body in rules(path).items()}


def _rule(message: str, function: str, arguments: str) -> str:
    """The text that the rule of a step would have, were it written out."""
    made = dict(RULE.findall("rule step:\n" + _made()))["step"]
    told = re.split(r"^        (\w+)=", arguments, flags=re.MULTILINE)
    said = {name: TABLES.sub(_paths, text).rstrip(",\n") for name, text in zip(told[1::2], told[2::2], strict=True)}
    made = made.replace("**step.input", said.get("input", "")).replace("**step.output", said["output"])
    given = ", ".join(f"unpack({one})" for one in re.findall(r"\w+", said.get("given", "")))
    made = made.replace("*map(unpack, step.given)", given).replace("**step.params", said.get("params", ""))
    made = made.replace("of_rule(step.function)", f'of_rule("{function}")')
    return made.replace("{step.message}", message).replace("call(params.function", f'call("{function}"')


def _made() -> str:
    """The one rule of `steps.smk`, as one of a rule file is indented."""
    text = (ROOT / "workflow" / "rules" / "steps.smk").read_text(encoding="utf-8")
    return re.sub(r"^    ", "", text.partition("    rule:\n")[2], flags=re.MULTILINE)


def _paths(tables: re.Match[str]) -> str:
    """The files of tables that a step names."""
    names = re.findall(r'"(\w+)"', tables[2]) or ["{name}"]
    return " | ".join(f'{name}="<results>/{{study}}/{PHASES[tables[1]]}/{name}.parquet"' for name in names)
