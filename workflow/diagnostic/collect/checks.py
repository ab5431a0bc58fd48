"""What one cell cannot show: rows that repeat, contradict each other, or point to nothing.

`check` runs every check whose columns could be read and puts each finding at its cell. A missing value never
makes a finding of its own: where it was refused, its cell already has its problem.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain, combinations

import pandas as pd

from diagnostic.audit import structure
from diagnostic.codebook.results import INSTALLED
from diagnostic.collect.answers import CLOSED
from diagnostic.collect.keys import WORDS
from diagnostic.collect.parse import ROW, Source
from diagnostic.collect.tables import INPUTS
from diagnostic.core import french
from diagnostic.core.declarations import undrawn
from diagnostic.core.errors import OWN_PART
from diagnostic.core.french import number, plural, slug
from diagnostic.core.problems import Problem, blocking, column_letter, counted, either, quoted, warning
from diagnostic.core.tables import references, row_rules
from diagnostic.privacy.folding import fold

# -- What a check across cells says: a finding at a row and column, and the columns a check must have to run ------
Tables = Mapping[str, pd.DataFrame]
Find = Callable[[Tables], Iterator["Finding"]]
Marks = Callable[[pd.DataFrame], tuple[pd.Series, str, str]]  # the rows that are wrong, what is, and what to do


@dataclass(frozen=True)
class Finding:
    """One contradiction: in which table, row and column, how it is told, and whether it blocks."""

    role: str
    row: int | None
    column: str
    message: str
    remedy: str
    blocks: bool = True


@dataclass(frozen=True)
class Check:
    """A generator of findings, and the columns it reads, by role. A role in `may_lack` may be absent."""

    find: Find
    columns: Mapping[str, tuple[str, ...]]
    may_lack: tuple[str, ...] = ()

    def possible(self, sources: Mapping[str, Source]) -> bool:
        """Whether each table is given (or may be lacking) with all these columns in its header."""
        return all(
            set(names) <= set(sources[role].letters) if role in sources else role in self.may_lack
            for role, names in self.columns.items()
        )


def needs(may_lack: tuple[str, ...] = (), **columns: tuple[str, ...]) -> Callable[[Find], Check]:
    """Make a generator a Check."""
    return lambda find: Check(find, columns, may_lack)


def rows(role: str, column: str, *reads: str, blocks: bool = True) -> Callable[[Marks], Check]:
    """Make a Check of what marks rows of one table: each is told at its `column`."""

    def check_of(marks: Marks) -> Check:
        def find(tables: Tables) -> Iterator[Finding]:
            marked, message, remedy = marks(tables[role])
            for row in tables[role].loc[marked.fillna(False).astype(bool), ROW]:
                yield Finding(role, int(row), column, message, remedy, blocks)

        return Check(find, {role: (column, *reads)})

    return check_of


@lru_cache(maxsize=4096)  # asked again at each cell of a faulty column
def may_quote(role: str, name: str) -> bool:
    """Whether a message may repeat values of this column."""
    return bool((INPUTS[role].to_schema().columns[name].metadata or {}).get("quote"))


def repeats(table: pd.DataFrame, key: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, int]]:
    """(row, row of its first occurrence) for each row that repeats a key; `optional` columns may be empty."""
    full = table.dropna(subset=[name for name in key if name not in optional])
    if not full.duplicated(list(key)).any():
        return
    first = full.groupby(list(key), dropna=False)["row"].transform("min")
    for row, original in zip(full["row"], first, strict=True):
        if row != original:
            yield int(row), int(original)


# -- All checks, and what they find, at their cells ---------------------------------------------------------------
def check(tables: Tables, sources: Mapping[str, Source]) -> list[Problem]:
    """All contradictions within and between the tables.

    `tables` has every role of INPUTS (an absent one empty); `sources` has the roles that the study gives,
    with the places of their columns (none where the header could not be read). A refused value is missing.
    """
    found = chain(_without_register(tables, sources), *(part.find(tables) for part in CHECKS if part.possible(sources)))
    findings = counted(
        found, lambda one: (one.role, one.column, one.blocks, OWN_PART.sub("", one.message)), lambda one: ""
    )
    named = {(one.role, one.column) for one, _ in findings if one.row is not None and one.column}
    cells = {(role, name): dict(zip(tables[role]["row"], tables[role][name], strict=True)) for role, name in named}
    return [
        replace(_problem(one, cells.get((one.role, one.column), {}), sources[one.role]), others=others)
        for one, others in findings
    ]


def _without_register(tables: Tables, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Counts and pages mean nothing where the study gives no register of sites, nor ads followed where nothing was counted."""
    if len(tables["wave_ads"]) and "wave_counts" not in sources:
        message = "Des annonces sont suivies, mais l'étude n'a pas de décomptes répétés."
        remedy = "Donner les décomptes répétés (« wave_counts ») parmi les fichiers."
        yield Finding("wave_ads", None, "", message, remedy)
    for role in ("ad_counts", "ad_pages", "wave_counts"):
        if role in sources and len(tables[role]) and "sites" not in sources:
            message = "Ce fichier parle de sites, mais l'étude n'a pas de registre des sites."
            yield Finding(role, None, "", message, "Donner le registre (« sites ») parmi les fichiers de l'étude.")


def _problem(finding: Finding, cells: Mapping[int, object], place: Source) -> Problem:
    """The finding at its cell; `cells`: row of the file → what its column holds."""
    value = ""
    if finding.row is not None and finding.column:
        value = quoted(_text(cells[finding.row]), may_quote(finding.role, finding.column))
    tell = blocking if finding.blocks else warning
    return tell(place.file, finding.message, finding.remedy, finding.row, place.letters.get(finding.column, ""), value)


def _text(cell: object) -> str:
    if pd.isna(cell):
        return ""
    if pd.api.types.is_bool(cell):
        return "oui" if cell else "non"
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else str(cell)


# -- What the tables themselves say of their rows: keys, orders, and references to another table -------------------
def _declared(role: str) -> Iterator[Check]:
    """One check for each thing that `tables.csv` says of the rows of a table."""
    for rule in row_rules(f"collect/{role}"):
        if rule.kind == "key" and rule.columns != (ROW,):
            yield needs(**{role: rule.columns})(partial(_twice, role, rule.columns))
        for pair in combinations(rule.columns, 2) if rule.kind == "ordered" else ():
            yield needs(**{role: pair})(partial(_beyond, role, *pair))
    for said in references(f"collect/{role}"):
        to = said.table.removeprefix("collect/")
        yield needs(**{role: (said.column,), to: (said.target,)})(partial(_unknown, role, said.column, to, said.target))


def _titles(role: str, *names: str) -> str:
    declared = INPUTS[role].to_schema().columns
    return either([declared[name].title for name in names], "et")


def _twice(role: str, key: Sequence[str], tables: Tables) -> Iterator[Finding]:
    """Rows that repeat a key are told at its first column. A blank is a value where one may be."""
    declared = INPUTS[role].to_schema().columns
    for row, first in repeats(tables[role], key, [name for name in key if declared[name].nullable]):
        message = f"Ligne en double : {_titles(role, *key)} y sont les mêmes que la ligne {first}."
        yield Finding(role, row, key[0], message, "Supprimer la ligne en trop, ou corriger ce qui doit les distinguer.")


def _beyond(role: str, one: str, other: str, tables: Tables) -> Iterator[Finding]:
    """Of two dates the last is told, of two numbers the part."""
    table = tables[role]
    dates = pd.api.types.is_datetime64_any_dtype(table[one])
    message = f"{_titles(role, other)} vient avant {_titles(role, one)}."
    if not dates:
        message = f"{_titles(role, one)} dépasse {_titles(role, other)}, dont il est une partie."
    for row in table.loc[(table[one] > table[other]).fillna(False), ROW]:
        yield Finding(role, int(row), other if dates else one, message, "Corriger l'une des deux cellules.")


def _unknown(role: str, column: str, to: str, target: str, tables: Tables) -> Iterator[Finding]:
    given = tables[role].dropna(subset=[column])
    for row in given.loc[~given[column].isin(tables[to][target].dropna()), ROW]:
        yield Finding(role, int(row), column, WORDS[to].message, WORDS[to].remedy)


# -- Contradictions in the register of sites, the counts of ads and the pages read --------------------------------
EXACT, EXTRAPOLATED = "exact", "page_extrapolated"


def _places(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    """(site, place or an empty text) → its first row."""
    found: dict[tuple[str, str], int] = {}
    told = table.dropna(subset=["site_code"])
    for site, place, row in zip(told["site_code"], told["place"].fillna(""), told[ROW], strict=True):
        found.setdefault((site, place), int(row))
    return found


@needs(sites=("site_code", "status"), ad_counts=("site_code",))
def sites_without_count(tables: Tables) -> Iterator[Finding]:
    """Every site that could be counted has a count; silent where a count's site could not be read."""
    counted = tables["ad_counts"]["site_code"]
    if counted.isna().any():
        return
    if counted.empty:
        if len(tables["sites"]):
            message = "Le fichier n'a aucune ligne de décompte, alors que le registre a des sites."
            yield Finding("ad_counts", None, "", message, "Vérifier que c'est le bon fichier.", blocks=False)
        return
    sites = tables["sites"]
    sites = sites[~sites["status"].isin(CLOSED) & sites["site_code"].notna()]
    for row in sites.loc[~sites["site_code"].isin(counted), ROW]:
        message = "Ce site du registre n'a aucune ligne de décompte."
        remedy = (
            "Ajouter son décompte (0 s'il n'a aucune annonce), ou dire dans « status » qu'il est fermé ou suspendu. De sites tirés "
            "au sort (« coded_sample: sites »), celui qui n'a pas été tiré n'en a pas."
        )
        yield Finding("sites", int(row), "site_code", message, remedy, blocks=False)


@rows("sites", "mirror_group", blocks=False)
def lonely_mirrors(sites: pd.DataFrame) -> tuple[pd.Series, str, str]:
    """A mirror group has two sites or more."""
    message = "Ce groupe miroir n'a qu'un site : un miroir suppose deux sites au moins."
    alone = sites.groupby("mirror_group")[ROW].transform("size").eq(1)
    return alone, message, "Vérifier l'orthographe du groupe, ou vider la cellule."


@needs(sites=("mirror_group", "under_mirror_label"))
def unlabelled_mirrors(tables: Tables) -> Iterator[Finding]:
    """Sites of a mirror group that the source table does not print under its mirror label."""
    sites = tables["sites"].dropna(subset=["mirror_group"])
    labels = sites.groupby("mirror_group")["under_mirror_label"]
    under, total = labels.transform("sum"), labels.transform("size")
    for at in sites.index[sites["under_mirror_label"].eq(False).fillna(False)]:
        message = (
            "Ce site appartient à un groupe miroir, mais le tableau source ne l'imprime pas sous l'étiquette des sites "
            f"miroirs : à la lettre, le groupe y a {number(under[at])} {plural(under[at], 'site')} au lieu de "
            f"{number(total[at])}."
        )
        remedy = "Rien à corriger si la source l'imprime ainsi : le groupe du registre prévaut."
        yield Finding("sites", int(sites[ROW][at]), "under_mirror_label", message, remedy, blocks=False)


@needs(sites=("site_code", "mirror_group"), ad_counts=("site_code", "place", "count", "window_start"))
def unequal_mirrors(tables: Tables) -> Iterator[Finding]:
    """Mirror sites show the same ads: where the same place and window were counted, the counts agree."""
    sites = tables["sites"].dropna(subset=["mirror_group", "site_code"])
    if sites.empty:
        return
    counts = tables["ad_counts"].dropna(subset=["site_code", "count", "window_start"])
    joined = counts.merge(sites[["site_code", "mirror_group", ROW]], on="site_code", suffixes=("", "_site"))
    alike = joined.groupby(["mirror_group", "place", "window_start"], dropna=False)["count"]
    for _, part in joined[alike.transform("nunique") > 1].groupby("mirror_group", sort=False):
        lines = ", ".join(str(row) for row in sorted(part[ROW].unique()))
        message = (
            "Les sites de ce groupe miroir n'ont pas tous le même décompte pour le même lieu et la même fenêtre "
            f"(lignes {lines} des décomptes)."
        )
        remedy = "Vérifier les décomptes, et que ces sites montrent bien les mêmes annonces."
        yield Finding("sites", int(part["row_site"].min()), "mirror_group", message, remedy, blocks=False)


@needs(ad_counts=("place",))
def places_written_in_two_ways(tables: Tables) -> Iterator[Finding]:
    """Two names of places that only signs, accents or capitals tell apart would be one place of the report, or none."""
    names = tables["ad_counts"].dropna(subset=["place"]).drop_duplicates("place")
    for row, first in repeats(names.assign(name=names["place"].astype(str).map(slug)), ("name",)):
        message = f"Ce lieu est celui de la ligne {first}, écrit autrement (un accent, une majuscule ou un signe)."
        remedy = "Écrire le même nom partout ; deux lieux, les distinguer d'un mot."
        yield Finding("ad_counts", row, "place", message, remedy)


@rows("ad_counts", "count", "method")
def count_of_exact(counts: pd.DataFrame) -> tuple[pd.Series, str, str]:
    message = f"Le décompte est vide alors que la méthode est « {EXACT} »."
    remedy = f"Saisir le nombre d'annonces (0 s'il n'y en a pas), ou « {EXTRAPOLATED} » si le site est trop grand."
    return counts["method"].eq(EXACT) & counts["count"].isna(), message, remedy


@rows("ad_counts", "count", "method")
def no_count_of_extrapolated(counts: pd.DataFrame) -> tuple[pd.Series, str, str]:
    message = f"Un nombre est saisi, mais la méthode est « {EXTRAPOLATED} » : il sera calculé d'après les pages lues."
    marked = counts["method"].eq(EXTRAPOLATED) & counts["count"].notna()
    return marked, message, f"Vider la cellule, ou mettre « {EXACT} »."


@needs(may_lack=("ad_pages",), ad_counts=("site_code", "place", "method"), ad_pages=("site_code", "place", "page_rank"))
def extrapolated_has_pages(tables: Tables) -> Iterator[Finding]:
    counts, read = tables["ad_counts"], _places(tables["ad_pages"])
    for row in counts.index[counts["method"].eq(EXTRAPOLATED).fillna(False)]:
        if not _places(counts.loc[[row]]).keys() <= read.keys():
            message = "Le décompte doit être extrapolé, mais aucune page lue n'est donnée pour ce site et ce lieu."
            remedy = "Ajouter ses pages au fichier des pages lues, avec le même code et le même lieu."
            yield Finding("ad_counts", int(counts[ROW][row]), "method", message, remedy)


@needs(ad_counts=("site_code", "place", "method"), ad_pages=("site_code", "place"))
def unused_pages(tables: Tables) -> Iterator[Finding]:
    """Pages serve only an extrapolated count; silent where a count's site or method could not be read."""
    counts = tables["ad_counts"]
    if counts[["site_code", "method"]].isna().any(axis=None):
        return
    used = _places(counts[counts["method"].eq(EXTRAPOLATED)])
    exact = _places(counts[counts["method"].eq(EXACT)])
    for place, row in _places(tables["ad_pages"]).items():
        if place not in used:
            why = "aucun décompte ne porte sur ce site et ce lieu"
            why = "le site y est compté exactement" if place in exact else why
            message = f"Ces pages lues ne servent pas au décompte : {why}."
            remedy = f"Mettre « {EXTRAPOLATED} » dans les décomptes si elles doivent servir ; sinon rien à faire."
            yield Finding("ad_pages", row, "site_code", message, remedy, blocks=False)


def _constant(name: str, what: str, tables: Tables) -> Iterator[Finding]:
    """One site and place states one value of `name`; each row that differs from the first is told."""
    table = tables["ad_pages"].dropna(subset=["site_code", name])
    groups = table.groupby(["site_code", "place"], dropna=False)
    first, first_row = groups[name].transform("first"), groups[ROW].transform("first")
    for row, original in zip(table[ROW][table[name] != first], first_row[table[name] != first], strict=True):
        message = f"{what} diffère de la ligne {original}, pour le même site et le même lieu."
        remedy = "Retenir la même valeur pour toutes les pages de ce site et ce lieu."
        yield Finding("ad_pages", int(row), name, message, remedy)


ONE_TOTAL = tuple(
    needs(ad_pages=("site_code", "place", name))(partial(_constant, name, what))
    for name, what in (
        ("pages_total", "Le nombre de pages en tout"),
        ("ads_announced", "Le total d'annonces que le site affiche"),
    )
)


@needs(ad_pages=("site_code", "place", "ads_shown", "ads_announced"))
def announced_covers_read(tables: Tables) -> Iterator[Finding]:
    table = tables["ad_pages"].dropna(subset=["site_code", "ads_shown", "ads_announced"])
    for _, own in table.groupby(["site_code", "place"], dropna=False):
        read, first = int(own["ads_shown"].sum()), own.iloc[0]
        if first["ads_announced"] < read:
            message = f"Le site annoncerait moins d'annonces en tout que les {read} affichées sur les pages lues."
            remedy = "Corriger le total que le site affiche, ou le laisser vide s'il n'est pas sûr."
            yield Finding("ad_pages", int(first[ROW]), "ads_announced", message, remedy)


@rows("wave_counts", "site_code", "wave_on")
def same_sites_at_each_wave(table: pd.DataFrame) -> tuple[pd.Series, str, str]:
    """Waves compare the same sites; silent where a site or a day could not be read."""
    message = "Ce site n'a pas de décompte à chaque jour de vague : les vagues ne compteraient pas les mêmes sites."
    remedy = "Ajouter les décomptes qui manquent (0 s'il n'a aucune annonce), ou ôter ce site de toutes les vagues."
    fewer = table.groupby("site_code")["wave_on"].transform("nunique") < table["wave_on"].nunique()
    unread = table[["site_code", "wave_on"]].isna().any(axis=None)
    return fewer & ~table.duplicated("site_code") & (not unread), message, remedy


@rows("wave_ads", "ad_mark", "site_code")
def one_site_of_a_followed_ad(ads: pd.DataFrame) -> tuple[pd.Series, str, str]:
    """A mark is of one ad, on one site: published again on another, it is another ad."""
    first = ads.groupby("ad_mark")["site_code"].transform("first")
    other = ads["site_code"].ne(first) & ads["site_code"].notna() & ads["ad_mark"].notna()
    return other, "Ce repère est déjà celui d'une annonce d'un autre site.", "Donner un autre repère à cette annonce."


@needs(wave_counts=("site_code", "wave_on", "count"), wave_ads=("ad_mark", "site_code", "wave_on", "state"))
def followed_within_counted(tables: Tables) -> Iterator[Finding]:
    """The ads drawn on a site and day are among those that were counted there."""
    counted = {
        (site, day): count
        for site, day, count in tables["wave_counts"][["site_code", "wave_on", "count"]]
        .dropna()
        .itertuples(index=False)
    }
    table = tables["wave_ads"].dropna(subset=["site_code", "wave_on", "state"])
    for (site, day), own in table.groupby(["site_code", "wave_on"]):
        drawn, first = int(own["state"].eq("there").sum()), int(own["row"].min())
        if (site, day) not in counted:
            message = "Aucun décompte répété ne porte sur ce site ce jour-là."
            yield Finding("wave_ads", first, "wave_on", message, "Ajouter le décompte, ou corriger le site ou le jour.")
        elif drawn > counted[site, day]:
            message = f"Plus d'annonces tirées ({drawn}) que d'annonces comptées ({counted[site, day]}) sur ce site ce jour-là."
            yield Finding("wave_ads", first, "state", message, "Corriger le décompte, ou les annonces « présentes ».")


# -- Contradictions in the press review and in the list of interviews ---------------------------------------------
@needs(press=("date", "year_heading"))
def year_as_filed(tables: Tables) -> Iterator[Finding]:
    table = tables["press"].dropna(subset=["date", "year_heading"])
    misfiled = table[table["date"].dt.year != table["year_heading"]]
    for row, date, heading in zip(misfiled["row"], misfiled["date"], misfiled["year_heading"], strict=True):
        message = (
            f"L'article est classé sous une autre année que celle de sa date (rubrique {heading}, date de {date.year}) ; on ne "
            "sait pas laquelle des deux est la coquille."
        )
        remedy = "Vérifier à la source ; sans certitude, garder les deux : l'article est compté une fois sous chaque lecture."
        yield Finding("press", int(row), "year_heading", message, remedy, blocks=False)


# -- Contradictions in the figures that an earlier publication prints ---------------------------------------------
UNSTATED = "unstated"
FIGURES = "published_figures"


@needs(("published_structure",), published_figures=("id", "base_id", "subset_of"), published_structure=("relation",))
def known_bases_and_wholes(tables: Tables) -> Iterator[Finding]:
    table = tables[FIGURES]
    if not tables["published_structure"].empty:
        return  # with relations the same blocks: see `relations_that_can_be_read`
    known = {UNSTATED, *table["id"].dropna()}
    for name in ("base_id", "subset_of"):
        for row in table.loc[table[name].notna() & ~table[name].isin(known), ROW]:
            message = "Cet identifiant n'est celui d'aucun chiffre du fichier."
            remedy = f"Corriger l'identifiant, ou écrire « {UNSTATED} » si la publication ne dit pas la base."
            yield Finding(FIGURES, int(row), name, message, remedy, blocks=False)


def _of_unknown_figures(role: str, name: str, what: str, tables: Tables) -> Iterator[Finding]:
    given = tables[role].dropna(subset=[name])
    for row in given.loc[~given[name].isin(tables[FIGURES]["id"].dropna()), ROW]:
        message = f"{what} porte sur un chiffre qui n'est pas dans le fichier des chiffres publiés."
        yield Finding(role, int(row), name, message, "Corriger l'identifiant, ou retirer la ligne.", blocks=False)


OF_FIGURES = tuple(
    needs(**{FIGURES: ("id",), role: (name,)})(partial(_of_unknown_figures, role, name, what))
    for role, name, what in (
        ("published_notes", "id", "Cette note"),
        ("published_lists", "figure", "Cet élément de liste"),
    )
)


@needs(
    published_figures=("id", "statement_fr", "value", "unit", "rounding", "base_id", "base_value", "subset_of"),
    published_structure=structure.COLUMNS,
)
def relations_that_can_be_read(tables: Tables) -> Iterator[Finding]:
    figures, role = tables[FIGURES], "published_structure"
    known, problems = structure.read_figures(figures, FIGURES)
    if not problems:
        _, problems = structure.read_rules(tables[role], known, role)
    names = {name: {column_letter(at): str(one) for at, one in enumerate(tables[name])} for name in (FIGURES, role)}
    for one in problems:
        at, column = int(one.row or 2) - 2, names[one.file][one.column]
        yield Finding(one.file, int(tables[one.file][ROW].iloc[at]), column, one.message, one.remedy)


@rows(FIGURES, "value", "unit")
def percentages_within_hundred(figures: pd.DataFrame) -> tuple[pd.Series, str, str]:
    number = figures["value"].str.extract(r"^([-−]?\d+(?:[.,]\d+)?)\s*%?$", expand=False)
    read = pd.to_numeric(number.str.replace(",", ".").str.replace("−", "-"), errors="coerce")
    message = "Un pourcentage de cette sorte est compris entre 0 et 100."
    outside = figures["unit"].eq("percent") & read.notna() & ~read.between(0, 100)
    return outside, message, "Corriger la valeur, ou sa nature dans « unit »."


# -- Contradictions in what the team knows of support -------------------------------------------------------------
# Structures named without their word, numbers in practices, days that are none.
NUMBER = re.compile(r"\d|%")
# The first word of a name that is that of the post of one person, folded: « intervenante sociale », « référent·e ».
POST = re.compile(
    r"(adjoint|assistant|avocat|charge|delegue|intervenant|president|procureur|referent|substitut)e?|commissaire|juge|medecin|"
    r"psychologue|responsable|sage|chef(fe)?|agente?|(conseill|infirmi|offici|polici)(er|ere)|"
    r"(animat|coordinat|coordonnat|direct|educat|mediat)(eur|rice)"
)


@rows("structures", "name", "agrees_to_be_named")
def named_without_consent(structures: pd.DataFrame) -> tuple[pd.Series, str, str]:
    message = "La structure n'accepte pas d'être nommée, et son nom est écrit."
    remedy = "Effacer le nom : la structure est comptée sous son code, sans être nommée."
    return structures["agrees_to_be_named"].eq(False) & structures["name"].notna(), message, remedy


@rows("structures", "name", "agrees_to_be_named")
def consent_without_name(structures: pd.DataFrame) -> tuple[pd.Series, str, str]:
    message = "La structure accepte d'être nommée, et son nom manque."
    marked = structures["agrees_to_be_named"].eq(True) & structures["name"].isna()
    return marked, message, "Écrire le nom du service, sans nom de personne."


@rows("structures", "name")
def posts_of_one_person(structures: pd.DataFrame) -> tuple[pd.Series, str, str]:
    """A service agrees to be named, not the one person who holds a post: who that is can be asked anybody there."""
    message = "Ce nom est celui d'un poste, donc d'une personne, et non d'un service."
    remedy = (
        "Écrire le nom du service qui l'emploie (« Intervention sociale au commissariat »), ou « non » à l'accord "
        "et effacer le nom."
    )
    names = structures["name"].fillna("").map(lambda name: fold(re.sub(r"[·.]\w+", "", name)).strip())
    return names.map(lambda name: bool(POST.fullmatch(re.split(r"[^a-z]", name)[0]))), message, remedy


@needs(structures=("name",))
def repeated_names(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["structures"], ("name",)):
        remedy = "Réunir les deux lignes ; une structure ne compte qu'une fois."
        yield Finding("structures", row, "name", f"Structure en double : le nom est déjà à la ligne {first}.", remedy)


def _numbered(column: str, table: pd.DataFrame) -> tuple[pd.Series, str, str]:
    """What the team writes prints no number that is no fact; names of services and short help lines are no such."""
    message = "Un nombre dans ce texte : le rapport n'imprime que des indicateurs, qui ont une fiche."
    remedy = "Le dire sans nombre, ou le citer dans un bloc de l'équipe par {fact:…}."
    return table[column].fillna("").str.contains(NUMBER), message, remedy


TEXTS = (("practices", "title"), ("practices", "audience"), ("actions", "action"), ("actions", "lead"))
NUMBERED = tuple(rows(*at)(partial(_numbered, at[1])) for at in (*TEXTS, ("actions", "remarks")))


@rows("law_results", "value", "result")
def days_of_installation(results: pd.DataFrame) -> tuple[pd.Series, str, str]:
    """The commission is installed on a day; everything else is a number."""
    days = results["result"].eq(INSTALLED) & results["value"].map(_exists, na_action="ignore").eq(False)
    return days, "Un jour est attendu.", "L'écrire ainsi : 2017-11-25."


@rows("law_results", "value", "result")
def numbers_of_results(results: pd.DataFrame) -> tuple[pd.Series, str, str]:
    numbers = results["result"].notna() & results["result"].ne(INSTALLED) & results["value"].str.isdecimal().eq(False)
    return numbers, "Un nombre entier est attendu.", "Écrire le nombre seul."


@rows("law_results", "link", "circulation")
def public_where_published(results: pd.DataFrame) -> tuple[pd.Series, str, str]:
    message = "Ce total est dit public, et rien ne dit où il est publié."
    remedy = "Écrire l'adresse de la publication, ou la diffusion « commission »."
    return results["circulation"].eq("public") & results["link"].isna(), message, remedy


@rows("restitutions", "data_until", "date")
def data_before_presentation(restitutions: pd.DataFrame) -> tuple[pd.Series, str, str]:
    pairs = zip(restitutions["date"].fillna(""), restitutions["data_until"].fillna(""), strict=True)
    beyond = [until[: len(date)] > date[: len(until)] for date, until in pairs]
    message = "Les données iraient au-delà du jour de la restitution."
    return pd.Series(beyond, index=restitutions.index, dtype=bool), message, "Vérifier les deux dates."


@needs(restitutions=("date", "audience"), law_results=("result", "value"))
def presented_before_installed(tables: Tables) -> Iterator[Finding]:
    """Nothing is presented to a commission that is not installed yet: it was to another body."""
    given = tables["law_results"]
    days = given.loc[given["result"].eq("installed"), "value"].dropna().astype("str")
    days = days[days.str.contains("-") & days.map(_exists).astype(bool)]
    presented = tables["restitutions"].dropna(subset=["date", "audience"])
    told = presented["audience"].str.casefold().str.contains("commission départementale", regex=False)
    for row, date in presented.loc[told, ["row", "date"]].itertuples(index=False):
        if len(days) and date < days.min()[: len(date)]:
            message = f"La commission n'a été installée que le {french.date(days.min())}."
            remedy = "Écrire à qui l'étude a été présentée ce jour-là (CDPD, préfecture…), ou corriger la date."
            yield Finding("restitutions", int(row), "audience", message, remedy)


def _no_day(column: str, table: pd.DataFrame) -> tuple[pd.Series, str, str]:
    remedy = "Écrire un jour, un mois ou une année qui existe : 2026-04-14, 2026-04 ou 2026."
    return table[column].map(_exists, na_action="ignore").eq(False), "Cette date n'existe pas.", remedy


MOMENTS = (("law_results", "reference_date"), ("restitutions", "date"), ("restitutions", "data_until"))
DAYS = tuple(rows(*at)(partial(_no_day, at[1])) for at in MOMENTS)


def _exists(moment: str) -> bool:
    """Whether a day, a month or a year written with its missing parts left out is in the calendar."""
    try:
        return bool(dt.date.fromisoformat(moment + "-01-01"[len(moment) - 4 :]))
    except ValueError:
        return False


# Names that documents print as they are given.
PRINTED = (("ad_counts", "place"), ("press", "outlet"), ("press", "title"), ("structures", "name"))


def _undrawn(role: str, column: str, tables: Tables) -> Iterator[Finding]:
    """Names with a sign that the faces of the documents have not: nothing is stopped, it is an empty box there. One that is
    never seen is told as such where the cell is read."""
    for row, text in zip(tables[role]["row"].tolist(), tables[role][column].tolist(), strict=True):
        if isinstance(text, str) and (sign := undrawn(text)) and unicodedata.category(sign) not in ("Cc", "Cf"):
            message = (
                f"Le signe U+{ord(sign):04X} n'a pas de dessin dans tous les documents : une case vide y sera imprimée."
            )
            yield Finding(role, int(row), column, message, "L'ôter, ou l'écrire autrement.", blocks=False)


UNDRAWN = tuple(needs(**{role: (column,)})(partial(_undrawn, role, column)) for role, column in PRINTED)
CHECKS = (
    *(one for role in INPUTS for one in _declared(role)),
    *(one for one in list(globals().values()) if isinstance(one, Check)),
    *(*ONE_TOTAL, *OF_FIGURES, *NUMBERED, *DAYS, *UNDRAWN),
)
