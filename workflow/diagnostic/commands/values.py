"""What arguments and options may be: a study, its results, a day, a number; what cannot be read is told in French."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from diagnostic.commands.base import project
from diagnostic.core.errors import Refused


class UnknownStudy(Refused):
    """The project has no such study; the message names the nearest one."""

    code = 2  # as for any argument that is not one

    def __init__(self, value: str, known: list[str]) -> None:
        from difflib import get_close_matches

        near = get_close_matches(value, known, n=1)
        hint = f" ; vouliez-vous « {near[0]} » ?" if near else f" ; études d’ici : {', '.join(known) or 'aucune'}."
        super().__init__(f"« {value} » : aucune étude de ce nom ici{hint}")


class Named(click.ParamType):
    """A study's name, from the name itself or from a folder or file of the study: `results/62-2020`, `vault/62-2020`,
    `config/studies/62-2020.yaml`. Whether there is such a study is not asked."""

    name = "étude"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        parts = [part.removesuffix(".yaml") for part in inside(value, os.getcwd())]
        known = studies(Path.cwd())
        return next((part for part in parts if part in known), parts[-1] if parts else value)


class Existing(Named):
    """The same for a study that the project has. Raises UnknownStudy, NoProject."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        root = project()
        name = super().convert(value, param, ctx)
        if name not in studies(root):
            raise UnknownStudy(value, studies(root))
        return name


class Results(Existing):
    """A study's folder of results, of this project by any name of the study, or a copy of one by its path."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        folder = Path(value)
        if (folder / "release").is_dir():
            whole = Path(os.path.abspath(folder))  # inside the results, a bare name has no project above it
            return folder if Path(os.path.abspath(folder.parent.parent)) == whole.parent.parent else whole
        from diagnostic.study.generations import FOLDER, generations  # here: the help waits for none of it

        if folder.parent.name == FOLDER and folder not in (kept := generations(folder.parent.parent)):
            told = ", ".join(one.name for one in kept) or "aucun"
            self.fail(f"{value} : ce calcul n’est pas gardé ; ceux qui le sont : {told}.", param, ctx)
        try:
            return Path("results") / super().convert(value, param, ctx)
        except Refused:
            if folder.is_dir():
                return folder  # who reads it tells what it lacks
            raise


class Sent(Existing):
    """A study, or a comparison: what documents leave of."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from diagnostic.study.comparisons import available

        return value if value in available(project()) else super().convert(value, param, ctx)


class Compared(click.ParamType):
    """A comparison's name, from the name itself or from its file. Whether there is one is told by who reads it."""

    name = "comparaison"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return Path(value).name.removesuffix(".yaml")


class Day(click.ParamType):
    """A date."""

    name = "AAAA-MM-JJ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"« {value} » : une date s’écrit AAAA-MM-JJ.", param, ctx)


class Whole(click.ParamType):
    """A whole number, at least `low`, and no more than a study can ask for."""

    name = "nombre"

    def __init__(self, low: int, high: int = 1_000_000) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            number = int(value)
        except ValueError:
            self.fail(f"« {value} » : un nombre entier est attendu.", param, ctx)
        if number < self.low:
            self.fail(f"{number} : au moins {self.low}.", param, ctx)
        if number > self.high:
            self.fail(f"{number} : au plus {self.high}.", param, ctx)
        return number


NEW_STUDY, STUDY, SENT, RESULTS, COMPARISON, DAY = Named(), Existing(), Sent(), Results(), Compared(), Day()
FILE = click.Path(path_type=Path, readable=False)  # whether it can be read is told by who reads it


def dated(meaning: str) -> Callable[[Any], Any]:
    """The option `--date`: today unless told otherwise."""
    return click.option("--date", type=DAY, default=dt.date.today, help=f"{meaning} ; sinon, aujourd’hui")


def studies(root: Path) -> list[str]:
    """The studies of the project: configured, or of which results or a vault are left."""
    from diagnostic.study.config import known

    return known(root)


def inside(value: str, root: str, paths: ModuleType = os.path) -> list[str]:
    """The parts of a path, from `root`; of the current system, or as another writes them. Raises Refused for one of elsewhere."""
    whole = paths.normpath(paths.join(root, value))
    here, there = (paths.normcase(paths.join(path, "")) for path in (root, whole))
    if not there.startswith(here):
        raise Refused(f"{value} est hors de ce projet : lancer la commande dans le sien.")
    return [part for part in whole[len(here) :].split(paths.sep) if part]
