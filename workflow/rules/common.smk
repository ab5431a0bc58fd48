"""Wiring that every rules file uses: the configuration, the code hash, and one step in this process."""

import sys
from pathlib import Path

from diagnostic import step
from diagnostic.codehash import code_hash
from diagnostic.config import ConfigError, load

try:
    CONFIG = load(Path.cwd(), config)
except ConfigError as error:
    sys.exit(f"\nLa configuration est refusée :\n{error}\n")


step.prefer_own_commands()


wildcard_constraints:
    study="|".join(map(re.escape, CONFIG.studies)),


def code(module):
    """The content hash of a step: its module, its phase's tables, the doors, and all that they import."""
    phase = module.split(".")[0]
    return code_hash(f"diagnostic.{module}", f"diagnostic.{phase}.tables", "diagnostic.step")


def call(function, rule, input, output, params, log):
    """One in-process step (see `diagnostic.step`)."""
    step.run(function, rule, dict(input.items()), dict(output.items()), dict(params.items()), str(log))


def files(wildcards):
    """Role → file name, for the ledgers and the cells of facts."""
    return dict(CONFIG.studies[wildcards.study].inputs)


def origins(wildcards):
    """Role → origin of the file's content: observed, transcribed or reconstructed."""
    return {role: sidecar.origin for role, sidecar in CONFIG.sidecars[wildcards.study].items()}


def publication(wildcards):
    """The published figures that estimates may use, by the name of their use."""
    chosen = CONFIG.studies[wildcards.study].publication
    return chosen.model_dump(exclude={"citation"}) if chosen else {}
