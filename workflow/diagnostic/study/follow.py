"""« Où nous en sommes » : `diagnostic suivre STUDY`. What the files of a study say of its progress, and nothing of what they hold.

Exact counts, so for the team alone. Never: a content, a name beside an answer, who has not replied (a reminder is due by what
the sheet of partners says, never by matching answers with structures), how much or how fast one person codes.
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import Codebook
from diagnostic.collect.exports.tools import cell, header
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.tables import THEMES
from diagnostic.consolidate import coders, decisions
from diagnostic.consolidate.gathered import SETS_TWICE
from diagnostic.core import gate, home, io
from diagnostic.core.declarations import ConfigError, invented, validate
from diagnostic.core.errors import Typeset
from diagnostic.core.french import capital, date, month, number, plural, typographic
from diagnostic.core.writing import as_csv
from diagnostic.estimate.catalogue import ids
from diagnostic.privacy.vault import CERTIFICATES, VAULT, Vault
from diagnostic.release.editions import issued
from diagnostic.release.table_names import ISSUES
from diagnostic.study import calendar, comparisons, compliance, config, generations, signature, working
from diagnostic.study.annexes import labels, to_remind
from diagnostic.study.calendar import Said
from diagnostic.study.changes import whole
from diagnostic.study.declared import Study
from diagnostic.study.digests import Digests
from diagnostic.study.given import DUPLICATES, FIELD, QUESTIONNAIRE, read_record, titled, trial
from diagnostic.study.own_files import GIVEN
from diagnostic.study.sheets import NOTES, write

FILE = "suivi.csv"  # in the vault, among the sheets that the team works in
TEAM = "Pour l’équipe seulement : NE PAS DIFFUSER."
HEADINGS = ("partie", "quoi", "nombre", "unité", "jour", "qui", "état", "phrase")
# Headings under which tools give the moment of a submission, without case or punctuation.
TIMES = "submission time|submissiondate|submitdate|date de soumission|horodateur|timestamp|heure de fin".split("|")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d\d?)/(\d\d?)/(\d{4})")
REMINDERS = (14, 28)  # days after the first contact, as the aide-mémoire says; at least the first between two of them
SHOWN = 8  # of a long list on the terminal; the CSV has it whole
PARTNERS, INTERVIEWS = "partners", "interview_sheets"
PEOPLE = {"person": "personne", "structure": "structure", "response": "réponse", "professional": "répondant·e"}
WRITING = {"responses": "response_id", "situations": "response_id"}  # tables of texts → what names who wrote
WRITING |= dict.fromkeys(("interview_records", "interview_situations"), "interview_id.code")
COLLECTED = (  # step, its table, the role of that, the column of its first day, what there are; of two lists the last counts
    ("contacted", "partners", PARTNERS, "contacted_on.date", "structure"),
    ("reminded", "reminders", PARTNERS, "reminded_on.date", "relance"),
    ("met", "interviews", "interviews", "", "entretien"),
    ("met", "interview_records", INTERVIEWS, "date.date", "entretien"),
    ("counted", "ad_counts", "ad_counts", "window_start", "décompte"),
    ("presented", "restitutions", "restitutions", "", "restitution"),
)
DUE = {  # state of a structure's reminders → what is said of one, and of several
    "due": ("structure est à relancer", "structures sont à relancer"),
    "à venir": ("structure sera à relancer plus tard", "structures seront à relancer plus tard"),
    "faites": ("structure a eu ses deux relances", "structures ont eu leurs deux relances"),
    "sans date": ("structure n’a pas de date de contact", "structures n’ont pas de date de contact"),
}


@dataclass(frozen=True)
class Line:
    """One line: its part, what it is of, its French sentence on the terminal (empty: only the CSV has it), how many of what, the
    day, who, and the state."""

    part: str
    what: str
    told: str = ""
    number: float | None = None
    unit: str = ""
    day: dt.date | None = None
    who: str = ""
    state: str = ""


@dataclass(frozen=True)
class Followed:
    """A study as its files have it on a day. `vault`: None where it has none yet; `files`: of its compliance folder; `purges`:
    their certificates."""

    root: Path
    study: str
    today: dt.date
    declared: Study
    codebook: Codebook
    results: generations.Reading
    vault: Vault | None
    files: dict[str, bytes]
    purges: list[Path]

    @cached_property
    def roles(self) -> dict[str, dict[str, object]]:
        """Role of each file that the study names → its origin record."""
        named = self.declared.inputs | {role: role for role in self.declared.received}
        return {role: read_record(self.root, self.study, name) for role, name in named.items()}

    @cached_property
    def published(self) -> bool:
        """Whether all of it was taken from a publication: nobody was asked anything."""
        asked = any(record.get("origin") == "observed" for record in self.roles.values())
        return self.declared.publication is not None and not asked

    @cached_property
    def trial(self) -> set[str]:
        """The roles whose files are the trial's, or were when they were last read."""
        from diagnostic.study.start import SOURCE  # here: it loads what makes a study

        read = self.table("collect/sources")
        tried = set(read.loc[read["source"].eq(SOURCE), "role"]) & self.older if len(read) else set()
        return tried | {role for role, record in self.roles.items() if trial(record)}

    def table(self, name: str, *roles: str) -> pd.DataFrame:
        """A table of the last calculation; empty where there is none, or where a file that it is of is the trial's."""
        path = self.results.folder / f"{name}.parquet"
        return io.read_table(path) if path.is_file() and not (roles and self.trial & {*roles}) else pd.DataFrame()

    @cached_property
    def described(self) -> pd.DataFrame:
        """The situations of the last calculation, as `table` has them: a large one, which three parts look at."""
        return self.table("consolidate/described", QUESTIONNAIRE)

    def received(self, role: str) -> bytes:
        """What the vault has of a role; empty where it has nothing."""
        return self.vault.read_received(role) if self.vault and self.vault.received(role) else b""

    @cached_property
    def older(self) -> set[str]:
        """The roles whose file is not the one that the last finished calculation read."""
        listed, digests = generations.digests_in(self.results.results), Digests(self.results.results)
        read = digests.vault.digest if digests.vault else None
        found = set()
        for role in {*self.declared.inputs, *self.declared.received} if listed and not self.purges else ():
            place = config.RESOURCES / self.study / self.declared.inputs.get(role, role)
            known = listed.get(f"{VAULT}/{self.study}/received/{role}")
            if role in self.declared.received:
                found |= {role} if read and read(self.received(role)) != known else set()
            elif (path := self.root / place).is_file() and digests.same(
                path, listed.get(place.as_posix(), "")
            ) is False:
                found.add(role)
        return found

    @cached_property
    def editions(self) -> list[issued.Issued]:
        """Those that have left, drafts aside."""
        return [edition for edition in issued.read(self.received(ISSUES)) if not edition.draft]

    @cached_property
    def steps(self) -> tuple[dict[str, Said], list[str]]:
        """What is done of each step, what the files say before what is declared; and what is wrong with what is declared."""
        said, wrong = calendar.declared(self.files.get(calendar.DECLARED), self.today)
        return said | dict(calendar.of_compliance(self.files, self.today)) | dict(_known(self)), wrong

    @cached_property
    def weeks(self) -> Counter[dt.date]:
        """The Monday of each week → how many answers came in it, by the moment that the tool gives; none where it gives none."""
        given = self.received(f"{QUESTIONNAIRE}{GIVEN}") or self.received(QUESTIONNAIRE)  # before a recipe read it
        content = b"" if trial(self.roles.get(QUESTIONNAIRE, {})) else given
        grids = read_export(content, QUESTIONNAIRE, short_rows=True)[0] if content else []
        return Counter(day - dt.timedelta(day.weekday()) for day in next(filter(None, map(submitted, grids)), []))


def lines(root: Path, study: str, today: dt.date) -> list[Line]:
    """Every line of « Où nous en sommes », part by part; nothing is written. Raises Refused: for a comparison, for
    what cannot be read."""
    if study in comparisons.available(root):
        listed = ", ".join(comparisons.read(root, study).studies)
        raise Typeset(f"{study} est une comparaison : seule une étude se suit. Suivre les siennes : {listed}.")
    path, own = config.STUDIES / f"{study}.yaml", root / VAULT / study
    one = Followed(
        *(root, study, today, validate(Study, config.load_yaml(root, path), path)),
        loading.load(loading.read_folder(home.found(root, loading.FOLDER))),
        generations.current(root / "results" / study),
        config.looked_into(root, study) if own.is_dir() else None,
        compliance.contents(own / compliance.FOLDER),
        sorted((own / CERTIFICATES).glob("purge-*.json")),
    )
    parts = (months, answers, reminders, coding, pairs, kept, blanks, publishable, deletion)
    left = () if one.published else (deletion,) if one.purges else parts  # of what is purged nothing else is known
    return [*general(one), *(line for part in left for line in part(one))]


def follow(root: Path, study: str, today: dt.date, csv: bool = False) -> list[str]:
    """What `lines` tells, in French, each part under its heading; `csv`: also written in the study's vault. Raises what it does."""
    made = lines(root, study, today)
    told: list[str] = []
    for part in dict.fromkeys(line.part for line in made if line.told):
        told += ["", part, *(f"  {line.told}" for line in made if line.part == part and line.told)]
    if csv:
        rows = [(part, what, *rest, said) for part, what, said, *rest in map(astuple, made)]
        written = as_csv([HEADINGS, ("À lire", TEAM), *rows]).encode("utf-8-sig")
        vault = partial(config.opened, study=study, create=False)
        where = whole(root, study, ("suivre", written), lambda inside: write(vault(inside), FILE, written))
        told += ["", f"Le tableau est dans le coffre : {where}"]
    return list(map(typographic, told[1:]))


def general(one: Followed) -> Iterator[Line]:
    """What the study is, what was calculated of it, and what that has not read."""
    part, results = "L’étude", one.results.results
    kind = "tirée d’une publication" if one.published else "fictive" if one.declared.fictional else "réelle"
    yield Line(part, "étude", f"{one.study}, au {date(one.today)} : étude {kind}.", state=kind)
    if one.published:
        yield Line(part, "collecte", "Personne n’y est interrogé : il n’y a ni collecte à suivre, ni relance à faire.")
    told = f"L’étude n’a pas de résultats achevés : lancer « diagnostic calculer {one.study} »."
    if one.purges:
        told = "L’étude est purgée : ses données ne sont plus là, ses documents restent."
    elif generations.digests_in(results):
        told = f"{capital(generations.day(one.results))} est allé au bout. {one.results.told}".strip()
    yield Line(part, "calcul", told)
    if gate.stopping(results / "collect/erreurs.csv"):
        yield Line(part, "erreurs", f"Des erreurs bloquent : les lire dans results/{one.study}/collect/erreurs.html.")
    for listed, told in (
        (one.older, "Plus récent que le calcul, et pas encore compté"),
        (set() if one.published else one.trial, "Encore d’essai, et compté nulle part ici"),
    ):
        if listed:
            yield Line(part, "fichiers", f"{told} : {' ; '.join(sorted(map(titled, listed)))}.", len(listed), "fichier")


def _several(count: int, one: str, many: str | None = None) -> str:
    return f"{number(count)} {plural(count, one, many)}"


def _some(listed: list[str]) -> str:
    more = f" et {number(len(listed) - SHOWN)} de plus" if len(listed) > SHOWN else ""
    return f"{', '.join(listed[:SHOWN])}{more}"


def _known(one: Followed) -> Iterator[tuple[str, Said]]:
    """Of which steps the study's own files say that they are done."""
    if config.load_yaml(one.root, config.CONFIG).get("vault"):
        yield "disk_encrypted", Said(more="le coffre l’est")
    for name, key in (("cadre", "frame"), ("constats", "findings")):
        path = one.root / config.STUDIES / one.study / f"{name}.md"
        if path.is_file() and not list(compliance.unfilled("", path.read_text(encoding="utf-8", errors="replace"))):
            yield key, Said()
    for key, name, role, day, what in COLLECTED:
        frame = one.table(f"collect/{name}", role)
        if len(frame) and ("version" not in frame or frame["version"].eq("final").any()):
            first = frame[day].min() if day else pd.NaT
            yield key, Said(None if pd.isna(first) else first.date(), more=_several(len(frame), what))
    if one.weeks or len(one.table("collect/responses", QUESTIONNAIRE)):
        yield "answered", Said(more=f"depuis la semaine du {date(min(one.weeks))}" if one.weeks else "")
    ads, drawn = one.table("collect/ads", "coded_ads"), one.table("estimate/draw", "ad_counts")
    if len(ads) and (drawn.empty or drawn["ad_id"].isin(ads["ad_id.code"]).all()):
        yield "ads_coded", Said(who=_who(ads))
    described, matched = one.described, one.table("consolidate/pairs", QUESTIONNAIRE)
    if len(described) and described["coding_row"].notna().all():
        yield "coded", Said(who=_who(one.table("collect/situation_coding", "situation_coding")))
    if len(described) and not (len(matched) and matched["status"].isin(decisions.OPEN).any()):
        yield "pairs", Said(who=_who(one.table("collect/duplicates", DUPLICATES), "initials"))
    manifest = one.results.results / generations.MANIFEST
    if manifest.is_file() and not one.trial:
        yield "calculated", Said(dt.date.fromtimestamp(manifest.stat().st_mtime))
    if invented(one.study):
        yield "issued", Said(none=True)
    if one.editions:
        signed = " ; documents signés" * signature.signed(one.results.results / generations.REPORT)
        more = _several(len(one.editions), "édition") + signed
        yield "issued", Said(dt.date.fromisoformat(one.editions[-1].name), more=more)


def _who(frame: pd.DataFrame, column: str = "coder.code") -> str:
    """The initials in a column, in the alphabet; not how often, nor what is longer and may be a name."""
    named = frame[column].dropna().astype("str") if column in frame else []
    return ", ".join(sorted({name for name in named if re.fullmatch(r"[^\W\d_]{1,4}", name)}))


def months(one: Followed) -> Iterator[Line]:
    """The nine months, a line a step; then what is wrong with what is declared of them."""
    said, wrong = one.steps
    nine = calendar.months(said.get(calendar.STARTED, Said()).day, one.declared.report_date)
    for step in calendar.steps():
        at, known = int(step["month"]), said.get(step["key"], Said())
        state, told = calendar.state(step, said.get(step["key"]), nine[at - 1], one.today)
        place = f"Mois {at}, {month(nine[at - 1])}"
        yield Line(place, step["key"], f"{state} : {told}", day=known.day, who=known.who, state=state)
    yield from (Line("Ce qui est à déclarer", calendar.DECLARED, text) for text in wrong)


def submitted(grid: Grid) -> list[dt.date]:
    """The days on which the answers of a sheet were submitted; none where the tool does not say, or none can be read."""
    at = next((place for place, text in enumerate(header(grid)) if normalise(text) in TIMES), None)
    found = [_DAY.match(cell(grid, row, at).strip()) for row in range(1, len(grid.rows))] if at is not None else []
    parts = [one.groups() for one in found if one]
    english = any(int(own[4] or 0) > 12 for own in parts)  # the days of one form are all written alike
    days = []
    for *iso, first, second, last in parts:
        given = iso if iso[0] else [last, first, second] if english else [last, second, first]
        with suppress(ValueError):
            days.append(dt.date(*map(int, given)))
    return days


def answers(one: Followed) -> Iterator[Line]:
    """Answers by week, and by field beside the structures contacted: two counts, which are never matched."""
    line, weeks = partial(Line, "Les réponses"), sorted(one.weeks)
    for week in weeks:
        told = f"Semaine du {date(week)} : {_several(one.weeks[week], 'réponse')}." * (week in weeks[-SHOWN:])
        yield line("par semaine", told, one.weeks[week], "réponse", week)
    if before := sum(one.weeks[week] for week in weeks[:-SHOWN]):
        yield line("avant", f"Avant : {_several(before, 'réponse')}.")
    given, asked = one.table("collect/responses", QUESTIONNAIRE), one.table("collect/partners", PARTNERS)
    if len(given) and not weeks:
        yield line("par semaine", "L’export ne dit pas le jour des réponses : leurs semaines ne sont pas connues.")
    named = labels(one.codebook, "responses", FIELD) | {"": "Champ non dit"}
    codes = [frame[f"{FIELD}.code"].astype("str") if len(frame) else pd.Series(dtype="str") for frame in (given, asked)]
    heard, contacted = (Counter(own.where(own.isin(list(named)), "")) for own in codes)
    counts = [(label, heard[code], contacted[code]) for code, label in named.items()]
    for label, answered, structures in [*counts, ("En tout", len(given), len(asked))]:
        if answered or structures:
            beside = _several(structures, "structure contactée", "structures contactées")
            yield line(label, f"{label} : {_several(answered, 'réponse')}, {beside}.", answered, "réponse")
            yield line(label, "", structures, "structure contactée")


def reminders(one: Followed) -> Iterator[Line]:
    """What is due by structure, where the sheet of partners has neither an answer nor a refusal."""
    line = partial(Line, "Les relances, d’après le classeur des partenaires")
    asked, made = (one.table(f"collect/{name}", PARTNERS) for name in ("partners", "reminders"))
    if asked.empty:
        return
    if "form_emptied" in one.steps[0] or one.editions or one.today > one.declared.report_date:
        yield line("close", "La collecte est close : plus aucune relance n’est due.")
        return
    due: dict[str, list[str]] = {state: [] for state in DUE}
    for code, *_, first, count, last in to_remind(asked, made, []):
        day = next_reminder(first, count, last) if first else None
        state = "sans date" if not first else "faites" if day is None else "due" if day <= one.today else "à venir"
        due[state].append(code if re.search(r"\d", code) else "(code masqué)")  # without a digit it may be a name
        yield line(due[state][-1], "", count, "relance faite", day, state=state)
    for state, codes in due.items():
        if codes or state == "due":
            yield line(state, f"{_several(len(codes), *DUE[state])}{' : ' * bool(codes)}{_some(codes)}.")


def next_reminder(contacted: dt.date, made: int, last: dt.date | None) -> dt.date | None:
    """From when one more reminder of a structure is due, that has had so many, the last on that day; None once it has had all."""
    if made >= len(REMINDERS):
        return None
    return max(contacted + dt.timedelta(REMINDERS[made]), (last or contacted) + dt.timedelta(REMINDERS[0]))


def coding(one: Followed) -> Iterator[Line]:
    """How much is left to code of what there is, what waits to be arbitrated, and how coders agree: never by coder."""
    line = partial(Line, "Le codage")
    described, ads = one.described, one.table("collect/ads", "coded_ads")
    drawn, themed = one.table("estimate/draw", "ad_counts"), one.table("collect/text_coding", "text_coding")
    left = {"situations": described["coding_row"].isna()} if len(described) else {}
    left["réponses ou entretiens avec des textes"] = ~_written(one).isin(_names(themed, "record_id.code"))
    if len(drawn):
        ads = ads[~coders.arbitrated(ads["coder.code"])] if len(ads) else ads
        both = _names(ads[ads.duplicated("ad_id.code")], "ad_id.code") if len(ads) else []
        left["places tirées"] = ~drawn["ad_id"].isin(_names(ads, "ad_id.code"))
        left["places à coder deux fois"] = ~drawn.loc[drawn["double"], "ad_id"].isin(both)
    for what, waiting in left.items():
        rest = f"{number(waiting.sum())} à coder" if waiting.any() else "tout est codé"
        if len(waiting):
            yield line(what, f"{capital(what)} : {number(len(waiting))}, {rest}.", int(waiting.sum()), "à coder")
    if twice := sum(any(said) for said in zip(*(coders.readings(described, name) for name in SETS_TWICE), strict=True)):
        differ = int(np.any([coders.disputed(described, name) for name in SETS_TWICE], axis=0).sum())
        told = f"Situations codées par deux personnes : {number(twice)}, dont {number(differ)} à arbitrer."
        yield line("situations à arbitrer", told, differ, "situation")
    alpha = one.table("estimate/facts", "coded_ads")
    if len(alpha):
        alpha = alpha[alpha["measure"].eq("estimate") & alpha["value"].notna()]  # few, of which the names are then read
        alpha = alpha[ids.of(alpha["fact_id"], "agreement.alpha.{variable}")]
    yield from (line(str(row.label), "", round(float(row.value), 3)) for row in alpha.itertuples())
    if len(alpha):
        worst = alpha.loc[alpha["value"].idxmin()]
        what, least = str(worst["label"]).partition(" : ")[0], number(worst["value"], 2)
        yield line("accord", f"Accord sur les annonces : l’alpha le plus bas est de {least} ({what}).")


def kept(one: Followed) -> Iterator[Line]:
    """What was coded or decided at the desk and is not given back, which no calculation counts."""
    for told in working.begun(one.vault).told if one.vault else []:
        yield Line("Au bureau", "à rendre", f"{told}, sur l’écran où cela s’est fait.", state="à rendre")


def _names(frame: pd.DataFrame, column: str) -> list[str]:
    return sorted(set(frame[column].astype("str"))) if column in frame else []


def _written(one: Followed) -> pd.Series:
    """The responses and interviews that wrote something of what is coded by themes: which, and nothing of what."""
    texts = [v.name.removesuffix(THEMES) for v in one.codebook.table("text_coding") if v.name.endswith(THEMES)]
    found: set[str] = set()
    for name, key in WRITING.items():
        frame = one.table(f"collect/{name}", INTERVIEWS if name.startswith("interview") else QUESTIONNAIRE)
        states = frame[[column for text in (*texts, NOTES) if (column := f"{text}.state") in frame]]
        found |= {*_names(frame[states.eq("answered").any(axis=1)], key)} if len(frame) else set()
    return pd.Series(sorted(found), dtype="str")


def pairs(one: Followed) -> Iterator[Line]:
    """The open pairs, and between which numbers of persons they leave the total."""
    line = partial(Line, "Les paires de situations")
    described, matched = one.described, one.table("consolidate/pairs", QUESTIONNAIRE)
    if described.empty or matched.empty:
        return
    open_ = decisions.lots(described, matched)
    if open_.empty:
        yield line("ouvertes", f"Paires à regarder : {number(len(matched))}, tout est tranché.", 0, "paire")
        return
    left = decisions.remaining(described, matched, open_)
    between = f"d’ici là, le total est entre {number(left.least)} et {number(left.most)} personnes"
    told = f"{_several(left.pairs, 'paire reste', 'paires restent')} à trancher : {between}."
    yield line("ouvertes", told, left.pairs, "paire")
    told = f"{_several(left.needed, 'suffit', 'suffisent')} à fixer le nombre imprimé : les autres n’y changent rien."
    yield line("nécessaires", told if left.needed else "Aucune ne change plus le nombre imprimé.", left.needed, "paire")
    yield from (line(what, "", value, "personne") for what, value in (("au moins", left.least), ("au plus", left.most)))


def blanks(one: Followed) -> Iterator[Line]:
    """What the compliance file still lacks: where, never what is written in it."""
    line = partial(Line, "Le dossier de conformité")
    found = compliance.problems(one.files, one.today, one.declared.period_end, bool(one.purges))
    wanting = [text for text in found if text.startswith(compliance.FORM) and text.endswith("à compléter.")]
    keys = [text.split("\u00a0: ")[1] for text in wanting]
    yield from (line(key, state="à compléter") for key in keys)
    if keys:
        told = f"{compliance.FORM} : {_several(len(keys), 'blanc')} à remplir ({_some(keys)})."
        yield line(compliance.FORM, told, len(keys), "blanc")
    yield from (line(text.partition("\u00a0:")[0], text) for text in found if text not in wanting)
    if not found:
        yield line(compliance.FORM, "Le dossier est complet.")


def publishable(one: Followed) -> Iterator[Line]:
    """Groups under a threshold, and questions whose shares have too small a base: how many more of the same each lacks, at least."""
    line = partial(Line, "Ce que d’autres réponses rendraient publiable")
    judged = one.table("release/ledger", QUESTIONNAIRE)
    if judged.empty:
        return
    base = config.load_release(one.root).rules.percentages.smallest_base
    own = judged[judged["unit"].isin(list(PEOPLE))]
    small = own[own["ground"].eq("small") & own["measure"].eq("count")]
    small = small[~small.duplicated("group") | small["group"].eq("")]  # a group may be counted under two names
    # The ledger keeps the threshold that a group is judged by in its reason alone.
    wanted = small["reason"].str.extract(r"(\d+)", expand=False).astype(float) - small["value"]
    shares = own[own["ground"].eq("base") & own["denominator"].lt(base)].drop_duplicates("base")
    named = shares["label"].str.partition(" : ")[0] + ", en parts" if len(shares) else shares["label"]
    every = [*zip(wanted, small["unit"], small["label"], strict=True)]
    every += zip(base - shares["denominator"], shares["unit"], named, strict=True)
    lacking = sorted((int(left), PEOPLE[unit], label) for left, unit, label in every if left > 0)
    for at, (left, unit, label) in enumerate(lacking):
        yield line(label, f"{capital(label)} : il manque {_several(left, unit)}." * (at < SHOWN), left, unit)
    if lacking:
        near = ", ".join(f"{sum(left <= most for left, *_ in lacking)} avec {most} de plus" for most in (1, 5, 10))
        told = f"Nombres qui attendent : {number(len(lacking))} ; au mieux {near}. D’autres règles peuvent les retenir."
        yield line("en tout", told, len(lacking), "nombre")


def deletion(one: Followed) -> Iterator[Line]:
    """Until when what was received is kept."""
    line = partial(Line, "Les dates de suppression")
    if one.purges:
        day = dt.date.fromisoformat(json.loads(one.purges[-1].read_bytes())["date"])
        yield line("purge", f"La purge est faite, le {date(day)}.", day=day, state=calendar.DONE)
        return
    try:
        kept = compliance.retention(one.files)
    except ConfigError:
        yield line("retention", "Les deux dates de conservation ne sont pas encore décidées.")
        return
    for day, what in ((kept.contacts, "Les contacts"), (kept.exports, "Les exports, les tables privées et la clé")):
        left = (day - one.today).days
        rest = f"encore {_several(left, 'jour')}" if left > 0 else "c’est passé, lancer « diagnostic purger »"
        told = f"{what} sont gardés jusqu’au {date(day)} : {rest}."
        yield line(what, told, max(left, 0), "jour", day, state=calendar.LEFT if left > 0 else calendar.LATE)
