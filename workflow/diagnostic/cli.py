"""The console command `diagnostic`: start a study, register exports, explain, verify, seal, purge, render."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

from diagnostic import durations

TEAM = (
    "Pour l’équipe seulement\u00a0: NE PAS DIFFUSER."  # said by every command that reads what is before the statements
)


def _calculate(options: argparse.Namespace) -> int:
    from diagnostic.calculation import calculate
    from diagnostic.durations import NoCalculation, kept, page

    if not options.times:
        return calculate(Path.cwd(), options.studies, options.draft, sys.stdout)

    def times() -> list[str]:
        calculation = kept(Path.cwd())
        parts = [page(calculation, study) for study in options.studies or [None]]
        return [line for part in parts for line in [*part, ""]][:-1]

    return _told(times, NoCalculation)


def _explain(options: argparse.Namespace) -> int:
    from diagnostic.explain import UnknownFact, explain

    results = Path("results") / options.study
    if not (results / "release/ledger.parquet").is_file():
        print(f"L’étude {options.study} n’a pas de résultats ici ; lancer « snakemake » d’abord.", file=sys.stderr)
        return 1
    try:
        print(explain(results.resolve(), options.fact))
        print(TEAM)
    except UnknownFact as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _review(options: argparse.Namespace) -> int:
    from diagnostic.config import ConfigError
    from diagnostic.report.render import RenderError
    from diagnostic.review import ReviewError, review

    return _told(lambda: review(Path.cwd(), options.study), ReviewError, ConfigError, RenderError)


def _remake(options: argparse.Namespace) -> int:
    from diagnostic.config import ConfigError
    from diagnostic.documents import DocumentsError, remake
    from diagnostic.report.render import RenderError

    return _told(lambda: remake(Path.cwd(), options.study), DocumentsError, ConfigError, RenderError)


def _verify(options: argparse.Namespace) -> int:
    from diagnostic.manifest import NAME, verify

    results = Path(options.results)
    if not (results / NAME).is_file():
        print(f"{results} : pas de manifeste ; lancer « snakemake » d’abord.", file=sys.stderr)
        return 1
    found = verify(results, Path(results.parent.parent))
    for line in found:
        print(line)
    print(f"{len(found)} différence(s) avec le manifeste." if found else "Rien n’a changé depuis le manifeste.")
    return 1 if found else 0


def _diff(options: argparse.Namespace) -> int:
    from diagnostic.difference import NotComparable, difference

    try:
        lines, moved = difference(Path(options.before), Path(options.after))
    except NotComparable as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join([*lines, "", TEAM]))
    return 1 if moved else 0


def _seal(options: argparse.Namespace) -> int:
    from diagnostic.config import ConfigError
    from diagnostic.seal import seal

    try:
        lines = seal(Path.cwd(), options.study, options.date)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines) if lines else "Aucun fichier n’a changé : rien à sceller.")
    return 0


def _render(options: argparse.Namespace) -> int:
    from diagnostic.report.render import RenderError, render

    epoch = int(dt.datetime.combine(options.date, dt.time(), dt.UTC).timestamp())
    try:
        used = render(Path(options.source), Path(options.output), Path(options.theme), epoch, options.renderer)
    except RenderError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.output} : {used}")
    return 0


def _contours(options: argparse.Namespace) -> int:
    from diagnostic.geography.fetch import fetch

    print("\n".join(fetch(options.output)))
    return 0


def _instruments(options: argparse.Namespace) -> int:
    from diagnostic import io
    from diagnostic.codebook.instruments import instruments
    from diagnostic.codebook.loading import CodebookError, load, read_folder

    try:
        files = instruments(load(read_folder(Path("config/codebook"))), situations=options.situations)
    except CodebookError as error:
        print(error, file=sys.stderr)
        return 1
    for name, content in files.items():
        io.write_bytes(content, Path(options.folder) / name)
    print(f"{len(files)} fichiers écrits dans {options.folder}.")
    return 0


def _audit(options: argparse.Namespace) -> int:
    from diagnostic.audit.command import REFUSED, UnreadableFile, run

    try:
        text, code = run(options.figures, options.structure, options.integers, options.folder)
    except UnreadableFile as error:
        text, code = str(error), REFUSED
    print(text, file=sys.stderr if code == REFUSED else sys.stdout)
    return code


def _reconstruct(options: argparse.Namespace) -> int:
    from diagnostic.audit.command import UnreadableFile
    from diagnostic.codebook.loading import CodebookError
    from diagnostic.config import ConfigError
    from diagnostic.reconstruct.project import reconstruct
    from diagnostic.reconstruct.publication import Impossible
    from diagnostic.vault import VaultError

    errors = (Impossible, UnreadableFile, ConfigError, VaultError, CodebookError)
    return _told(lambda: reconstruct(Path.cwd(), options.study, options.seed), *errors)


def _init(options: argparse.Namespace) -> int:
    from diagnostic.start import StartError, init

    return _told(lambda: init(Path.cwd(), options.study, options.tool, options.date), StartError)


def _receive(options: argparse.Namespace) -> int:
    from diagnostic.codebook.loading import CodebookError
    from diagnostic.config import ConfigError
    from diagnostic.receive import ReceiveError, receive
    from diagnostic.vault import VaultError

    source = Path(options.file)
    errors = (ReceiveError, ConfigError, VaultError, CodebookError)
    return _told(lambda: receive(Path.cwd(), options.study, options.role, source, options.date), *errors)


def _pages(options: argparse.Namespace) -> int:
    from diagnostic.config import ConfigError, load
    from diagnostic.estimate.pages import pages_to_read

    def ranks() -> list[str]:
        seed = load(Path.cwd(), {"studies": [options.study]}).sampling(options.study).seed
        found = pages_to_read(options.list, options.total, options.number, seed)
        return [f"{options.list}, {len(found)} pages à lire sur {options.total} : {', '.join(map(str, found))}."]

    return _told(ranks, ConfigError, ValueError)


def _annex(make: str) -> Callable[[argparse.Namespace], int]:
    """The command of an annex that stays in the vault: `authorities` or `follow_up`."""

    def command(options: argparse.Namespace) -> int:
        from diagnostic import authorities, follow_up
        from diagnostic.annexes import AnnexError
        from diagnostic.codebook.loading import CodebookError
        from diagnostic.config import ConfigError
        from diagnostic.vault import VaultError

        module = {"authorities": authorities, "follow_up": follow_up}[make]
        errors = (AnnexError, ConfigError, VaultError, CodebookError)
        return _told(lambda: module.annex(Path.cwd(), options.study), *errors)

    return command


def _release(options: argparse.Namespace) -> int:
    from diagnostic.config import ConfigError
    from diagnostic.release.policy import PolicyError
    from diagnostic.vault import VaultError
    from diagnostic.what_if import what_if

    errors = (ConfigError, PolicyError, VaultError)
    return _told(lambda: [*what_if(Path.cwd(), options.study, options.what_if), TEAM], *errors)


def _issue(options: argparse.Namespace) -> int:
    from diagnostic.config import ConfigError
    from diagnostic.issuing import IssueError, issue
    from diagnostic.vault import VaultError

    return _told(lambda: issue(Path.cwd(), options.study, options.date), IssueError, ConfigError, VaultError)


def _numbers(options: argparse.Namespace) -> int:
    from diagnostic import io
    from diagnostic.lint import lint

    qmd, statements, figures, structures, *documents = (Path(path) for path in options.files)
    found = lint(qmd, statements, figures, structures, documents)
    if found:
        print(found, file=sys.stderr)
        return 1
    io.write_bytes(b"", Path(options.output))
    return 0


def _map(options: argparse.Namespace) -> int:
    from diagnostic.codebook.loading import CodebookError
    from diagnostic.config import ConfigError
    from diagnostic.receive import ReceiveError, propose
    from diagnostic.vault import VaultError

    errors = (ReceiveError, ConfigError, VaultError, CodebookError)
    return _told(lambda: propose(Path.cwd(), options.study, options.role), *errors)


def _purge(options: argparse.Namespace) -> int:
    from diagnostic import compliance, purge, purge_record, unlocking
    from diagnostic.config import ConfigError
    from diagnostic.vault import VAULT, VaultError

    try:
        folder = Path(VAULT) / options.study / compliance.FOLDER
        retention = compliance.retention(compliance.contents(folder))
        cipher = unlocking.cipher(Path.cwd())
        report = purge.purge(Path.cwd(), options.study, retention, options.date, execute=options.confirm, cipher=cipher)
    except (ConfigError, VaultError) as error:
        print(error, file=sys.stderr)
        return 1
    print(purge_record.message(report))
    return 0 if report.state in (purge.PLANNED, purge.DONE) else 1


STEPS = (_render, _numbers, _contours)  # what the workflow calls as processes of their own


def _dated(parser: argparse.ArgumentParser, meaning: str) -> None:
    today = dt.date.today()
    parser.add_argument("--date", type=dt.date.fromisoformat, default=today, help=f"{meaning}, AAAA-MM-JJ")


def _told(work: Callable[[], list[str]], *errors: type[Exception]) -> int:
    """Print the lines that a command gives back, or its French refusal."""
    try:
        lines = work()
    except errors as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, or 1 with a French message."""
    parser = argparse.ArgumentParser(prog="diagnostic", description="Outils du diagnostic départemental.")
    commands = parser.add_subparsers(required=True, metavar="commande")

    calculation = commands.add_parser("calculer", help="fait les études, étape par étape, et dit où sont les rapports")
    calculation.add_argument("studies", nargs="*", metavar="étude", help="par exemple 62-2020 ; sinon, celles choisies")
    calculation.add_argument(
        "--brouillon", dest="draft", action="store_true", help="plus vite, sans vérifier la protection, et dit partout"
    )
    calculation.add_argument(
        "--durees", dest="times", action="store_true", help="où est passé le temps du dernier calcul ; ne calcule rien"
    )
    calculation.set_defaults(run=_calculate)

    explain = commands.add_parser("explain", help="la fiche d’un nombre et son chemin jusqu’aux cellules")
    explain.add_argument("study", metavar="étude", help="par exemple 62-2020")
    explain.add_argument("fact", metavar="indicateur", help="par exemple ads.persons_estimate")
    explain.set_defaults(run=_explain)

    review = commands.add_parser(
        "relire", help="le rapport avec ses nombres exacts, pour vérifier l’étude dans l’équipe ; ne se diffuse pas"
    )
    review.add_argument("study", metavar="étude", help="par exemple 62-2020")
    review.set_defaults(run=_review)

    remade = commands.add_parser("refaire", help="les documents, à partir des énoncés seuls, comme après une purge")
    remade.add_argument("study", metavar="étude", help="par exemple 62-2020")
    remade.set_defaults(run=_remake)

    verify = commands.add_parser("verify", help="ce qui a changé depuis le calcul ; code 1 si quelque chose a changé")
    verify.add_argument("results", metavar="dossier", help="par exemple results/62-2020")
    verify.set_defaults(run=_verify)

    diff = commands.add_parser(
        "diff", help="les nombres qui ont bougé d’un calcul à l’autre, et ce qui les a bougés ; code 1 s’il y en a"
    )
    diff.add_argument("before", metavar="avant", help="dossier de résultats, par exemple ../hier/results/62-2020")
    diff.add_argument("after", metavar="après", help="par exemple results/62-2020")
    diff.set_defaults(run=_diff)

    seal = commands.add_parser("sceller", help="enregistre l’empreinte des fichiers corrigés et liste ce qui a changé")
    seal.add_argument("study", metavar="étude", help="par exemple 62-2020")
    _dated(seal, "jour de la correction")
    seal.set_defaults(run=_seal)

    render = commands.add_parser("render", help="un document à partir d’un .qmd (appelé par le workflow)")
    render.add_argument("source")
    render.add_argument("output")
    render.add_argument("--theme", required=True)
    render.add_argument("--date", type=dt.date.fromisoformat, required=True, help="date portée par le document")
    render.add_argument("--renderer", default="auto")
    render.set_defaults(run=_render)

    contours = commands.add_parser(
        "contours", help="télécharge les contours publics des communes (appelé par le workflow)"
    )
    contours.add_argument(
        "output", type=Path, metavar="table", help="par exemple .geographie/geography/country.parquet"
    )
    contours.set_defaults(run=_contours)

    instruments = commands.add_parser(
        "instruments", help="formulaires, modèles de tableur et dictionnaire, faits du codebook"
    )
    instruments.add_argument("folder", metavar="dossier", help="où les écrire, par exemple instruments")
    instruments.add_argument(
        "--situations", type=int, default=5, help="situations déroulées là où le formulaire ne les répète pas"
    )
    instruments.set_defaults(run=_instruments)

    audit = commands.add_parser(
        "audit",
        help="les chiffres d’une publication tiennent-ils ensemble ? code 1 s’ils se contredisent, 2 pour un fichier refusé",
    )
    audit.add_argument("figures", type=Path, metavar="chiffres", help="par exemple published_figures.csv")
    audit.add_argument(
        "--structure", type=Path, help="relations entre les chiffres et lectures, par exemple structure.csv"
    )
    audit.add_argument(
        "--entiers",
        dest="integers",
        action="store_true",
        help="avec les effectifs : à garder pour soi, NE PAS DIFFUSER",
    )
    audit.add_argument("--tables", dest="folder", type=Path, metavar="dossier", help="où écrire les tables, en CSV")
    audit.set_defaults(run=_audit)

    rebuilt = commands.add_parser(
        "reconstruct",
        help="des données qu’une publication permet, là où les siennes n’ont pas paru : une épreuve du calcul",
    )
    rebuilt.add_argument("study", metavar="étude", help="par exemple 62-2020")
    rebuilt.add_argument("--graine", dest="seed", type=int, default=1, help="une autre graine, une autre solution")
    rebuilt.set_defaults(run=_reconstruct)

    init = commands.add_parser("init", help="une nouvelle étude, qui tourne tout de suite sur des réponses engendrées")
    init.add_argument("study", metavar="étude", help="département-année, par exemple 47-2026")
    init.add_argument(
        "--outil", dest="tool", default="template", help="outil de collecte de l’essai : kobo, limesurvey…"
    )
    _dated(init, "jour de la création")
    init.set_defaults(run=_init)

    receive = commands.add_parser("recevoir", help="range un export dans le coffre, ou celui qui le remplace")
    receive.add_argument("study", metavar="étude")
    receive.add_argument("role", metavar="rôle", help="questionnaire")
    receive.add_argument("file", metavar="fichier", help="l’export, tel que l’outil l’a donné")
    _dated(receive, "jour de l’export")
    receive.set_defaults(run=_receive)

    release = commands.add_parser("release", help="ce que d’autres règles publieraient d’une étude, sans rien publier")
    release.add_argument("study", metavar="étude", help="par exemple 62-2020")
    release.add_argument(
        "--what-if",
        nargs="+",
        required=True,
        metavar="choix",
        help="threshold=5 (seuil ordinaire), preset=strict (autre jeu de règles)",
    )
    release.set_defaults(run=_release)

    issue = commands.add_parser(
        "diffuser", help="enregistre que le rapport est envoyé : l’édition suivante ne trahira pas les nouveaux cas"
    )
    issue.add_argument("study", metavar="étude")
    _dated(issue, "jour de l’envoi")
    issue.set_defaults(run=_issue)

    lint = commands.add_parser("nombres", help="relit les nombres des documents (appelé par le workflow)")
    lint.add_argument("files", nargs="+", help="source, énoncés, figures, structures, puis les documents")
    lint.add_argument("--output", required=True)
    lint.set_defaults(run=_numbers)

    mapping = commands.add_parser("map", help="propose la correspondance d’un tableau quelconque avec le codebook")
    mapping.add_argument("study", metavar="étude")
    mapping.add_argument("role", metavar="rôle", help="questionnaire")
    mapping.set_defaults(run=_map)

    pages = commands.add_parser(
        "pages", help="les pages à lire d’un site trop grand pour être compté, tirées sur toute sa longueur"
    )
    pages.add_argument("study", metavar="étude")
    pages.add_argument("list", metavar="site", help="code du site, et du lieu s’il est compté par lieu")
    pages.add_argument("total", metavar="pages", type=int, help="nombre de pages de résultats du site")
    pages.add_argument("--lire", dest="number", type=int, default=10, help="pages à lire (10)")
    pages.set_defaults(run=_pages)

    authorities = commands.add_parser(
        "autorites", help="l’annexe nominative pour les autorités (sites, établissements), dans le coffre seulement"
    )
    authorities.add_argument("study", metavar="étude")
    authorities.set_defaults(run=_annex("authorities"))

    requests = commands.add_parser(
        "demandes",
        help="les structures qui souhaitent une formation ou un réseau, ou à relancer, dans le coffre seulement",
    )
    requests.add_argument("study", metavar="étude")
    requests.set_defaults(run=_annex("follow_up"))

    purge = commands.add_parser("purge", help="efface ce qui ne doit plus être gardé et prouve qu’il n’en reste rien")
    purge.add_argument("study", metavar="étude")
    purge.add_argument("--confirmer", dest="confirm", action="store_true", help="sans quoi rien n’est effacé")
    _dated(purge, "jour de la purge")
    purge.set_defaults(run=_purge)

    options = parser.parse_args(arguments)
    code: int = options.run(options)
    if options.run in STEPS:
        durations.note_process(str(options.output))
    return code


if __name__ == "__main__":
    sys.exit(main())
