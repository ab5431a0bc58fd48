"""`diagnostic creer`: a whole study that is right at once, or no trace; nothing of an older one is touched."""

from __future__ import annotations

import datetime as dt
import hashlib
import io as text_io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import always
from new_project import project
from python_calamine import CalamineWorkbook

from diagnostic.codebook.instruments import instruments
from diagnostic.codebook.loading import load, read_folder
from diagnostic.collect.steps import read_study
from diagnostic.commands.program import main
from diagnostic.core import writing
from diagnostic.core.declarations import ConfigError
from diagnostic.files.texts import problems as judged
from diagnostic.privacy.vault import open_vault
from diagnostic.study import config, start
from diagnostic.study.compliance import DOCUMENTS, FORM
from diagnostic.study.start import RESPONSES, TOOLS, Made, StartError, init, make, with_study

STUDY, TODAY = "47-2026", dt.date(2026, 3, 1)


def snapshot(root: Path) -> dict[str, bytes | None]:
    """Every file with its bytes, every folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
    }


def refused(root: Path, study: str, tool: str = start.TOOL) -> list[str]:
    """The reasons; and nothing was written."""
    before = snapshot(root)
    with pytest.raises(StartError) as error:
        init(root, study, tool, TODAY)
    assert snapshot(root) == before
    return str(error.value).splitlines()


# --- what is made -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    root = project(tmp_path_factory.mktemp("made") / "project")
    return root, init(root, STUDY, start.TOOL, TODAY)


def test_the_configuration_is_accepted_with_every_file_of_the_study(made: tuple[Path, list[str]]) -> None:
    root, _ = made
    loaded = config.load(root)
    assert list(loaded.studies) == ["62-2020", STUDY]
    study = loaded.studies[STUDY]
    assert (study.departement, study.edition, study.fictional, study.final) == ("47", "2026", True, False)
    assert study.title == "Diagnostic départemental de Lot-et-Garonne"
    assert study.period_start < study.period_end < study.report_date
    assert study.period_end.year == study.report_date.year == 2026
    assert list(study.inputs) == [
        *("sites", "ad_counts", "ad_pages", "press", "interviews"),
        *("structures", "practices", "outreach", "restitutions"),
    ]
    assert study.received == {"questionnaire": "template", "situation_coding": "template"}
    assert set(loaded.sidecars[STUDY]) == {*study.inputs, *study.received}
    assert all(origin.trial and origin.origin == "observed" for origin in loaded.sidecars[STUDY].values())


def test_the_input_files_have_their_digest_and_no_fault(made: tuple[Path, list[str]]) -> None:
    root, _ = made
    study, origins = config.load_study(root, STUDY)
    paths = {role: root / "resources/studies" / STUDY / file for role, file in study.inputs.items()}
    for role, path in paths.items():
        assert origins[role].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()  # type: ignore[union-attr]
    contents = {role: path.read_bytes() for role, path in paths.items()}
    collected = read_study(contents, dict(study.inputs), latest=study.report_date)
    assert collected.problems == []  # no warning either
    for role in paths:
        assert len(collected.tables[role]), role
    for column in ("window_start", "window_end"):
        days = collected.tables["ad_counts"][column].dt.date
        assert days.between(study.period_start, study.period_end).all()
    places = {place for role in ("ad_counts", "interviews") for place in collected.tables[role]["place"].dropna()}
    assert all(re.fullmatch("Commune [A-Z]", place) for place in places)


def test_the_export_is_in_the_vault_under_its_role_with_a_keyed_digest(made: tuple[Path, list[str]]) -> None:
    root, _ = made
    vault = open_vault(root, STUDY, create=False)
    content = vault.read_received("questionnaire")
    received = sorted(path.name for path in (vault.folder / "received").iterdir())
    assert received == ["questionnaire.xlsx", "situation_coding.xlsx"]
    text = (root / "resources/studies" / STUDY / "questionnaire.meta.yaml").read_text(encoding="utf-8")
    assert f"digest: {vault.digest(content)}\n" in text
    assert "sha256: " not in text and hashlib.sha256(content).hexdigest() not in text


def test_the_compliance_folder_is_closed_to_others(made: tuple[Path, list[str]]) -> None:
    folder = made[0] / "vault" / STUDY / "conformite"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in folder.iterdir()} == {FORM, *DOCUMENTS, "suivi.yaml"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())


def test_instruments_are_those_of_the_codebook(made: tuple[Path, list[str]]) -> None:
    root, _ = made
    folder = root / "instruments" / STUDY
    expected = instruments(load(read_folder(root / "config/codebook")))
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found.pop("aide-memoire.md")
    assert found == expected


def test_models_are_filled_and_worded_for_the_place(made: tuple[Path, list[str]]) -> None:
    root, _ = made
    folders = ("config/studies", f"vault/{STUDY}/conformite", f"instruments/{STUDY}")
    texts = [
        p.read_text(encoding="utf-8") for f in folders for p in (root / f).glob("*") if p.suffix in (".md", ".yaml")
    ]
    assert len(texts) > 9
    assert not [text for text in texts if re.search(r"\{\{|\{%|<#", text)]
    notice = (root / f"vault/{STUDY}/conformite/notice-tiers.md").read_text(encoding="utf-8")
    assert "dans le département de Lot-et-Garonne" in notice
    assert "du 1er\u00a0septembre 2025 au 30\u00a0juin 2026" in notice


def test_the_frame_is_a_text_that_the_report_prints_with_its_blanks(made: tuple[Path, list[str]]) -> None:
    root, lines = made
    content = (root / f"config/studies/{STUDY}/cadre.md").read_bytes()
    assert judged(content, "cadre.md", "cadre") == []
    text = content.decode()
    assert config.written(root, STUDY) == {"cadre": f"config/studies/{STUDY}/cadre.md"}
    assert [f"config/studies/{STUDY}/cadre.md" in line and "à compléter" in line for line in lines].count(True) == 1
    paragraphs = [part for part in re.split(r"\n+", text) if part and not part.startswith(("## ", "- "))]
    assert text.count("## ") == 3 and all("[à compléter" in part or part.endswith("\u00a0:") for part in paragraphs)


def test_a_real_study_is_not_final_while_its_frame_has_a_blank(root: Path) -> None:
    init(root, STUDY, start.TOOL, TODAY)
    choices = root / f"config/studies/{STUDY}.yaml"
    said = choices.read_text(encoding="utf-8").replace("fictional: true", "fictional: false")
    choices.write_text(said.replace("final: false", "final: true"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"final : config/studies/47-2026/cadre.md\s: \d+ lignes à compléter"):
        config.load_study(root, STUDY)


def test_what_was_made_is_told_and_the_last_line_runs_it(made: tuple[Path, list[str]]) -> None:
    root, lines = made
    for told in re.findall(r"^  (\S+)", "\n".join(lines), re.MULTILINE):
        assert (root / told).exists(), told
    assert lines[-1].endswith("diagnostic calculer 47-2026")


@pytest.mark.slow
@pytest.mark.parametrize("tool", always(1, [tool for tool in TOOLS if tool != start.TOOL]))
def test_the_checklist_speaks_of_the_team_s_tool(root: Path, tool: str) -> None:
    init(root, STUDY, tool, TODAY)
    assert config.load(root).studies[STUDY].received["questionnaire"] == "template"
    said = set(re.findall(r"`(\w+)`", checklist(root))) & set(TOOLS)
    assert tool in said and said <= {tool, "template", "google_csv", "google_sheets"}
    assert ("google_csv" in said) == ("**Google Forms.**" in checklist(root)) == tool.startswith("google")


@pytest.mark.slow
def test_answers_of_the_edition(root: Path) -> None:
    init(root, "47-2019", start.TOOL, TODAY)
    book = CalamineWorkbook.from_filelike(text_io.BytesIO(open_vault(root, "47-2019").read_received("questionnaire")))
    assert len(book.get_sheet_by_name("Réponses").to_python()) == 2 + RESPONSES
    rows = book.get_sheet_by_name("Situations").to_python()
    years = {int(cell) for row in rows for cell in row if re.fullmatch(r"20\d\d", str(cell))}
    assert max(years) == 2019 and len(years) > 3


@pytest.mark.parametrize(
    ("study", "title"),
    [
        pytest.param("01-2026", "de l’Ain", marks=pytest.mark.slow),
        pytest.param("2A-2026", "de la Corse-du-Sud", marks=pytest.mark.slow),
        pytest.param("2B-2027", "de la Haute-Corse", marks=pytest.mark.slow),
        ("971-2026", "de la Guadeloupe"),
        pytest.param("75-2026", "de Paris", marks=pytest.mark.slow),
    ],
)
def test_departements(root: Path, study: str, title: str) -> None:
    init(root, study, start.TOOL, TODAY)
    loaded = config.load(root).studies[study]
    assert loaded.title == f"Diagnostic départemental {title}"
    assert f"{loaded.departement}-{loaded.edition}" == study


@pytest.mark.slow
def test_the_same_study_is_the_same_elsewhere_but_for_the_key(made: tuple[Path, list[str]], root: Path) -> None:
    init(root, STUDY, start.TOOL, TODAY)
    one, two = snapshot(made[0]), snapshot(root)
    differ = {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)}
    roles = ("questionnaire", "situation_coding")  # a digest in the vault is keyed
    sidecars = {f"resources/studies/{STUDY}/{role}.meta.yaml" for role in roles}
    assert differ == {f"vault/{STUDY}/key", *sidecars}


@pytest.mark.slow
def test_two_studies_live_side_by_side_with_their_own_numbers(root: Path) -> None:
    init(root, STUDY, start.TOOL, TODAY)
    before = snapshot(root)
    init(root, "48-2026", start.TOOL, TODAY)
    after = snapshot(root)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"config/config.yaml"}
    assert list(config.load(root).studies) == ["62-2020", STUDY, "48-2026"]
    for name in ("resources/studies/{}/ad_counts.csv", "vault/{}/received/questionnaire.xlsx"):
        assert after[name.format(STUDY)] != after[name.format("48-2026")], name


# --- the checklist ----------------------------------------------------------------------------------------------


def checklist(root: Path) -> str:
    return (root / f"instruments/{STUDY}/aide-memoire.md").read_text(encoding="utf-8")


def test_every_command_of_the_checklist_exists(made: tuple[Path, list[str]]) -> None:
    commands = set(re.findall(r"diagnostic (\w+) 47-2026", checklist(made[0])))
    assert commands == {
        *(
            "diffuser",
            "effacer",
            "nommer",
            "preparer",
            "purger",
            "recevoir",
            "recontacter",
            "sceller",
            "suivre",
            "tirer",
        ),
    }
    for command in commands:
        assert main([command, "--help"]) == 0, command


def test_every_file_of_the_checklist_exists(made: tuple[Path, list[str]]) -> None:
    root, _ = made
    text = checklist(root)
    named = re.findall(r"`([\w-]+\.(?:xlsx|txt|html))`", text)
    assert len(set(named)) > 6
    for name in named:
        assert (root / "instruments" / STUDY / name).is_file() or name == "coffre.xlsx", name
    for name in re.findall(r"`([\w-]+\.(?:md|yaml))`", text):
        assert name in {FORM, *DOCUMENTS}, name
    assert set(re.findall(r"`(\w+)`", text)) >= set(TOOLS)


def test_the_recipe_for_google_uses_the_words_of_the_codebook(made: tuple[Path, list[str]]) -> None:
    root, _ = made
    codebook = load(read_folder(root / "config/codebook"))
    text = checklist(root)
    words = {variable.question for variable in codebook.variables} | {b.label for b in codebook.blocks.values()}
    said = {part.replace("\u00a0", " ") for part in re.findall("«\u00a0([^»]+)\u00a0»", text)}
    words = {word.replace("\u00a0", " ") for word in words}
    assert {part for part in said if part.endswith("?") or "accompagnement" in part} <= words
    assert len({part for part in said if part in words}) == 2


# --- what is refused --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that nothing is written into."""
    return project(tmp_path_factory.mktemp("shipped") / "project")


@pytest.mark.parametrize(
    ("study", "told"),
    [
        ("20-2026", "2A (Corse-du-Sud) et 2B (Haute-Corse)"),
        ("7-2026", "écrire «\u00a007\u00a0»"),
        ("047-2026", "écrire «\u00a047\u00a0»"),
        ("2a-2026", "écrire «\u00a02A\u00a0»"),
        ("97-2026", "971, 972, 973, 974, 976"),
        ("975-2026", "n’est pas un département"),
        ("00-2026", "n’est pas un département"),
        ("47-1926", "l’année de l’édition"),
        ("47", "par exemple 47-2026"),
        ("47-26", "par exemple 47-2026"),
        ("47_2026", "par exemple 47-2026"),
        ("47-2026-2", "par exemple 47-2026"),
        ("../47-2026", "par exemple 47-2026"),
        ("47-٢٠٢٦", "par exemple 47-2026"),
        ("47-2026\n", "par exemple 47-2026"),
        ("", "par exemple 47-2026"),
    ],
)
def test_names_that_are_no_study(shipped: Path, study: str, told: str) -> None:
    assert told in "\n".join(refused(shipped, study))


def test_all_reasons_at_once(shipped: Path) -> None:
    reasons = refused(shipped, "7-1990", "excel")
    assert len(reasons) == 3
    assert all(tool in reasons[0] for tool in TOOLS)


@pytest.fixture(scope="module")
def contents(shipped: Path) -> Made:
    return make(shipped, start._described(shipped, STUDY, start.TOOL, (), ""), TODAY)


@pytest.fixture
def at_hand(contents: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The study's contents are made already: what is tried is how they are written."""
    monkeypatch.setattr(start, "make", lambda *_: contents)


PLACES = (
    "config/studies/47-2026.yaml",
    "config/studies/47-2026",
    "resources/studies/47-2026",
    "vault/47-2026",
    "instruments/47-2026",
    "results/47-2026",
)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_written_over(root: Path, place: str) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix:
        path.write_text("team: déjà là\n", encoding="utf-8")
    else:
        path.mkdir()
    (reason,) = refused(root, STUDY)
    assert reason.startswith(place)


@pytest.mark.slow
@pytest.mark.usefixtures("at_hand")
def test_a_second_time_every_place_is_told(root: Path) -> None:
    init(root, STUDY, start.TOOL, TODAY)
    assert [reason.split()[0] for reason in refused(root, STUDY)] == list(PLACES[:-1])


def test_a_link_that_leads_nowhere_is_there_too(root: Path) -> None:
    (root / "vault").mkdir(mode=0o700)
    (root / "vault/47-2026").symlink_to(root / "ailleurs")
    (reason,) = refused(root, STUDY)
    assert reason.startswith("vault/47-2026")


# --- whole or not at all ----------------------------------------------------------------------------------------


def failing(monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException) -> None:
    written = writing.write_bytes
    count = 0

    def write(content: bytes, path: Path, *mode: int) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise error
        written(content, path, *mode)

    monkeypatch.setattr(start.writing, "write_bytes", write)


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("at", [1, *(pytest.param(at, marks=pytest.mark.slow) for at in (2, 7, 20)), -1])
def test_a_full_disk_leaves_no_trace(root: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    if at < 0:  # the last file, that of all studies
        total: list[Path] = []
        with monkeypatch.context() as patch:
            patch.setattr(start.writing, "write_bytes", lambda content, path, *mode: total.append(path))
            init(project(root.parent / "counted"), STUDY, start.TOOL, TODAY)
        assert total[-1].name == "config.yaml"
        at = len(total)
    failing(monkeypatch, at, OSError(28, "No space left on device", "/x/place.csv"))
    (reason,) = refused(root, STUDY)
    assert "place.csv" in reason and "/x/" not in reason and "No space" not in reason


@pytest.mark.usefixtures("at_hand")
def test_an_interruption_leaves_no_trace(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(root)
    failing(monkeypatch, 12, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        init(root, STUDY, start.TOOL, TODAY)
    assert snapshot(root) == before


@pytest.mark.usefixtures("at_hand")
def test_a_vault_that_git_would_keep_is_refused_without_trace(root: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git absent")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    assert any("git" in reason for reason in refused(root, STUDY))
    (root / ".gitignore").write_text("/vault/\n", encoding="utf-8")
    init(root, STUDY, start.TOOL, TODAY)


@pytest.mark.parametrize(
    ("damage", "told"),
    always(
        2,
        [
            (lambda root: (root / "config/modeles/etude.yaml").unlink(), "config/modeles/etude.yaml"),
            (lambda root: (root / "config/modeles/aide-memoire.md").write_text("{{ stuy }}"), "aide-memoire.md"),
            (
                lambda root: (root / "config/modeles/conformite/registre.md").write_text("a\n{{ study"),
                "registre.md, ligne 2",
            ),
            (lambda root: (root / "config/codebook/tables.csv").write_text("table;label\n"), "tables.csv"),
            (lambda root: (root / "config/config.yaml").unlink(), "config.yaml"),
        ],
    ),
)
def test_a_damaged_project_is_told_in_french(root: Path, damage: Callable[[Path], object], told: str) -> None:
    damage(root)
    assert told in "\n".join(refused(root, STUDY))


# --- the list of studies ----------------------------------------------------------------------------------------


def test_the_shared_file_changes_by_one_name(made: tuple[Path, list[str]], root: Path) -> None:
    before = (root / "config/config.yaml").read_text(encoding="utf-8")
    after = (made[0] / "config/config.yaml").read_text(encoding="utf-8")
    assert after == before.replace('["62-2020"]', '["62-2020", "47-2026"]') != before


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("studies: [62-2020]", 'studies: [62-2020, "47-2026"]'),
        ("studies: [62-2020, '99-2026', ] # [deux]", "studies: [62-2020, '99-2026', \"47-2026\"] # [deux]"),
        ("studies:  [ ]", 'studies:  ["47-2026"]'),
        ("studies: [62-2020]\r\n# studies: [1]\r", 'studies: [62-2020, "47-2026"]\r\n# studies: [1]\r'),
    ],
)
def test_lists_on_one_line(line: str, expected: str) -> None:
    edited = with_study(f"# é\n{line}\nother: 1\n".encode(), STUDY)
    assert edited and with_study(edited, STUDY) == edited
    assert edited == f"# é\n{expected}\nother: 1\n".encode()


LISTS = [
    'studies:\n  - "62-2020"\n',
    'studies: ["62-2020",\n  "99-2026"]\n',
    "studies: 62-2020\n",
    "other: |\n  x\nstudies: &a [62-2020]\n",
    "text: |\n  a\n  b\nmore: 1\n",
]


@pytest.mark.parametrize("text", [LISTS[0], *(pytest.param(text, marks=pytest.mark.slow) for text in LISTS[1:])])
def test_other_lists_are_left_to_the_team(root: Path, text: str) -> None:
    assert all(with_study(other.encode(), STUDY) is None for other in LISTS)
    (root / "config/config.yaml").write_text(text, encoding="utf-8")
    lines = init(root, STUDY, start.TOOL, TODAY)
    assert (root / "config/config.yaml").read_text(encoding="utf-8") == text
    assert lines[-1].endswith("diagnostic calculer 47-2026")
