"""The commands that explain and verify."""

from pathlib import Path

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import FILE, RESULTS, STUDY, Whole
from diagnostic.core.french import plural, typographic


@click.command("expliquer", cls=Command)
@click.argument("results", type=RESULTS, metavar="ÉTUDE", help="par exemple 62-2020, ou results/62-2020")
@click.argument("fact", metavar="INDICATEUR", help="par exemple ads.persons_estimate")
def expliquer(results: Path, fact: str) -> int:
    """Donne la fiche d’un nombre et son chemin jusqu’aux cellules."""
    from diagnostic.review.review import explain

    return told([TEAM, explain(results.resolve(), fact)])  # who reads the first line only knows that it does not leave


@click.command("relire", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
def relire(study: str) -> int:
    """Écrit le rapport avec ses nombres exacts, pour vérifier l’étude dans l’équipe ; il ne se diffuse pas."""
    from diagnostic.review.review import review

    return told(review(project(), study))


@click.command("verifier", cls=Command)
@click.argument("results", type=RESULTS, metavar="ÉTUDE", help="par exemple 62-2020, ou results/62-2020")
def verifier(results: Path) -> int:
    """Dit ce qui a changé depuis le calcul ; code 1 si quelque chose a changé."""
    from diagnostic.study.generations import MANIFEST, REPORT, current, day, within
    from diagnostic.study.manifest import unchecked, verified, verify
    from diagnostic.study.program import recorded
    from diagnostic.study.program import told as told_of
    from diagnostic.study.signature import Checked, check, received, sent

    ours = (results / MANIFEST).is_file() or (results / "release").is_dir()
    if not ours and (report := received(results)):
        signed, (found, whole) = check(report), sent(report)
        return told([*found, *signed.found, whole, signed.told], int(bool(found or signed.found)))
    reading = within(results)
    found = verify(results, reading.root)
    files = len({line.partition(" : ")[0] for line in found})
    what = plural(files, "Un fichier a", f"{files} fichiers ont") if files else "Rien n’a"
    said = [f"{what} changé depuis {day(reading)}."]
    # a copy that is kept is the team's own: only what leaves it is signed
    signed = check(results / REPORT) if results == reading.results else Checked([], "")
    lines = [
        *found,
        *said,
        told_of(recorded(results)),
        unchecked(results),
        *(verified(current(results)) if found else []),
        *signed.found,
        signed.told,
    ]
    return told(filter(None, lines), int(bool(found or signed.found)))


@click.command("controler", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument(
    "folder", type=FILE, metavar="DOSSIER", help="où est la sauvegarde de son coffre, par exemple /media/cle/vault"
)
def controler(study: str, folder: Path) -> int:
    """Dit si une sauvegarde du coffre pourrait en prendre la place ; n’y change rien, code 1 s’il y manque quelque chose."""
    from diagnostic.study.backup import check

    lines, whole = check(project(), study, folder)
    return told([*lines, TEAM], 0 if whole else 1)


@click.command("comparer", cls=Command)
@click.argument("before", type=RESULTS, metavar="AVANT", help="par exemple ../hier/results/62-2020")
@click.argument("after", type=RESULTS, required=False, metavar="[APRÈS]", help="sinon, la même étude dans ce projet")
def comparer(before: Path, after: Path | None) -> int:
    """Dit quels nombres d’une étude ont bougé d’un calcul à l’autre, et ce qui les a bougés ; code 1 s’il y en a."""
    from diagnostic.core.writing import COMPARISON
    from diagnostic.review.difference import difference
    from diagnostic.study.generations import inside, within

    own = within(before.resolve()).results
    lines, moved = difference(before, after or RESULTS(inside(own) if own.parent.name == COMPARISON else own.name))
    return told([*lines, "", TEAM], 1 if moved else 0)


@click.command("auditer", cls=Command)
@click.argument("figures", type=FILE, metavar="CHIFFRES", help="par exemple published_figures.csv")
@click.option(
    "--structure",
    type=FILE,
    metavar="FICHIER",
    help="relations entre les chiffres et lectures, par exemple structure.csv",
)
@click.option("--entiers", "integers", is_flag=True, help="avec les effectifs : à garder pour soi, NE PAS DIFFUSER")
@click.option("--tables", "folder", type=FILE, metavar="DOSSIER", help="où écrire les tables, en CSV")
def auditer(figures: Path, structure: Path | None, integers: bool, folder: Path | None) -> int:
    """Les chiffres d’une publication tiennent-ils ensemble ? Code 1 s’ils se contredisent, 2 pour un fichier refusé."""
    from diagnostic.audit import told as telling
    from diagnostic.audit.auditing import audit
    from diagnostic.collect.grids import UnreadableFile, read_text
    from diagnostic.core.writing import write_bytes

    def content(path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError:
            raise UnreadableFile(typographic(f"{path.name} : fichier introuvable ou illisible.")) from None

    rules = None if structure is None else read_text(content(structure), structure.name)
    named = structure.name if structure else "structure.csv"
    done = audit(read_text(content(figures), figures.name), rules, figures_file=figures.name, rules_file=named)
    click.echo(telling.report(done, safe=not integers), err=done.blocked)
    if done.blocked:
        return 2
    if folder is not None:
        for name, frame in telling.tables(done, safe=not integers).items():
            write_bytes(frame.to_csv(index=False, lineterminator="\n").encode(), folder / f"{name}.csv")
    return 1 if done.tables["conflicts"]["question"].eq("").any() else 0


@click.command("reconstruire", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
@click.option("--graine", "seed", type=Whole(0), default=1, help="une autre graine, une autre solution (1)")
def reconstruire(study: str, seed: int) -> int:
    """Engendre des données qu’une publication permet, là où les siennes n’ont pas paru : une épreuve du calcul."""
    from diagnostic.reconstruct.project import reconstruct

    return told(reconstruct(project(), study, seed))
