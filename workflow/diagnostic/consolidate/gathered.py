"""The shared diagnosis in one place: situations of both sources, pairs, persons, professionals, and their rows."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import OF_BOTH, SOME, Codebook, meaning
from diagnostic.consolidate import decisions, located, people, questionnaire
from diagnostic.consolidate.coders import DISPUTED, SETTLED, codings, disputed, in_turn
from diagnostic.consolidate.located import COMMUNE, COMMUNES, SILENT
from diagnostic.consolidate.people import SETS, UNREAD, options
from diagnostic.consolidate.questionnaire import EMPTY, OLDER, older
from diagnostic.consolidate.rows import applied, ledger, whole
from diagnostic.consolidate.tables import SOURCES, TABLES
from diagnostic.core.counting import CEILING
from diagnostic.core.tables import model
from diagnostic.geography.tables import TABLES as GEOGRAPHY

CODED_AT = ("coding_sheet", "coding_row")  # where a situation was coded
SETS_TWICE = {name: (name,) for name in SETS} | {COMMUNE: COMMUNES}  # what two persons may have coded differently
CODED = (*(f"{name}{end}" for name in SETS for end in ("/", ".rule")), *(f"{name}.code" for name in located.COMMUNES))


def consolidate(
    respondents: pd.DataFrame,
    cases: pd.DataFrame,
    questionnaire_rows: pd.DataFrame,
    interview_records: pd.DataFrame,
    interview_situations: pd.DataFrame,
    situation_coding: pd.DataFrame,
    duplicates: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    counting: Mapping[str, int | None] = questionnaire.EVERYTHING,
    areas: pd.DataFrame | None = None,
    **codebook: bytes,
) -> dict[str, pd.DataFrame | str]:
    """The tables of `gather`, the list of pairs left to the team (`to_decide`, a CSV) and the ledger of all rows.

    `counting`: `first_year` of the facts, `ceiling` of situations without limit. `codebook`: its files.
    """
    said = loading.load(loading.given(codebook))
    made = gather(
        respondents, cases, interview_records, interview_situations, situation_coding, duplicates, said, areas, counting
    )
    both = made["described"]
    group = decisions.groups(both, made["pairs"])
    first = both["situation"].groupby(group).transform("first") if len(both) else both["situation"]
    tables = {"interview_records": interview_records, "interview_situations": interview_situations}
    tables |= {"situation_coding": situation_coding, "duplicates": duplicates}
    rows = shared_rows(questionnaire_rows, tables, both, first, received_rows, files, counting["first_year"])
    return {**made, "shared_rows": rows, "to_decide": undecided(both, made["pairs"])}


def gather(
    respondents: pd.DataFrame,
    cases: pd.DataFrame,
    interviews: pd.DataFrame,
    interview_situations: pd.DataFrame,
    situation_coding: pd.DataFrame,
    duplicates: pd.DataFrame,
    codebook: Codebook,
    areas: pd.DataFrame | None = None,
    counting: Mapping[str, int | None] = questionnaire.EVERYTHING,
) -> dict[str, pd.DataFrame]:
    """Tables `described` (one row per situation), `pairs`, `persons` and `professionals` (one per response or interview).

    The first two inputs are consolidated, the next three typed; `duplicates` are the team's decisions (`first`,
    `second`, `decision`), `areas` the territories that communes belong to, `counting` as for `consolidate`. All tables
    may be empty.
    """
    noticed = codebook.sets["exposure"][SOME]
    told = questionnaire.persons(interview_situations, counting)
    if cases.empty and told.empty:
        nobody = {name: TABLES[name].bare() for name in ("described", "pairs", "persons")}
        return nobody | professionals(respondents, interviews, nobody["described"], noticed)
    both = coded(people.together(cases, told, counting["ceiling"] or CEILING), situation_coding)
    pairs = decisions.settle(both, candidates(both, codebook), duplicates)
    group = decisions.groups(both, pairs)
    territories = GEOGRAPHY["areas"].empty() if areas is None else areas
    both = both.assign(**located.places(both, group, territories))
    within = located.departements(both, group, territories)
    both = both if within is None else both.assign(**{str(within.name): within})
    return {
        "described": both,
        "pairs": pairs,
        "persons": people.persons(both, group, meaning(codebook)),
        **professionals(respondents, interviews, both, noticed),
    }


def coded(both: pd.DataFrame, situation_coding: pd.DataFrame) -> pd.DataFrame:
    """Situations with what was coded of their life courses and origins; `not_asked` where nothing was. Coded twice, the first
    coder in the alphabet gives the value until it is arbitrated, beside what each coder said (`coders.codings`)."""
    names = [name for name in situation_coding.columns if name.startswith(CODED)]
    if not names:
        return both.assign(**dict.fromkeys(CODED_AT, pd.array([pd.NA] * len(both), dtype="Int64")))
    first = in_turn(situation_coding)[0].drop_duplicates("situation")
    found = first.set_index("situation").reindex(both["situation"]).set_index(both.index)
    at = found[["sheet", "row"]].astype("Int64").set_axis(list(CODED_AT), axis=1)
    twice = codings(situation_coding, "situation", SETS_TWICE).reindex(both["situation"]).set_index(both.index)
    if SETTLED in twice:
        twice[SETTLED] = twice[SETTLED].fillna(False)
    return pd.concat([both, at, found[names].astype("str").fillna("not_asked"), twice], axis=1)


# -- Pairs of situations that may describe the same persons, scored on closed answers and coded communes only -----
# Points for each variable where the two descriptions agree (some option in common), the same lost where they contradict each
# other, nothing where one is silent. Descriptions of other genders, nationalities, or ages too many years apart are of other
# persons. The points depend on no data.
POINTS: Mapping[str, int] = {
    **{"age_band": 3, "nationality": 2, "year": 2, "prostitution_form": 2},
    **dict.fromkeys(("gender", "territory", "family", "occupation", "housing", "pimp_presence"), 1),
}
COMMUNE_POINTS = 2  # coded after reading; one in common agrees, two others contradict each other
AGE, YEAR = "age_band", "year"  # neighbours do not contradict: a year passes, an age is « à peu près »
AGE_YEARS = 10  # between the first ages of two bands, at most; those that touch are neighbours whatever their width
ENOUGH = 8  # points from which a pair is worth a look
NEIGHBOURS = 120  # pairs looked at per situation, at most: the work stays proportional to the situations
ORDERS = (  # ways to bring similar situations side by side
    ("age_band", "nationality", "gender", "year", "prostitution_form"),
    ("year", "prostitution_form", "gender", "age_band", "nationality"),
    ("nationality", "prostitution_form", "age_band", "gender", "year"),
)


def candidates(
    described: pd.DataFrame, codebook: Codebook, enough: int = ENOUGH, neighbours: int = NEIGHBOURS
) -> pd.DataFrame:
    """One row per pair of situations of different respondents that score `enough`: `first`, `second`, `score`, `agree`.

    `first` comes before `second` in `described`; `agree` names the variables in common. All pairs are compared up to
    `neighbours` situations; beyond, each is compared with its neighbours in `ORDERS` (sorted neighbourhood: linear).
    """
    masks = {name: _mask(described, name, codebook.sets[name][SOME]) for name in POINTS}
    reach = masks | {name: _reach(masks[name], _close(codebook, name)) for name in (AGE, YEAR)}
    decisive = [name for name in POINTS if name in meaning(codebook).exclusive]
    record, communes = pd.factorize(described["record"])[0], _communes(described)
    found: list[tuple[np.ndarray, ...]] = [(np.zeros(0, dtype=np.int64),) * 4]
    for left, right in _pairs(masks, len(described), neighbours):
        apart = record[left] != record[right]
        left, right = left[apart], right[apart]
        score, agree = _score(masks, reach, communes, left, right, decisive)
        kept = score >= enough
        found.append((left[kept], right[kept], score[kept], agree[kept]))
    left, right, score, agree = (np.concatenate(parts) for parts in zip(*found, strict=True))
    once = np.unique(left * len(described) + right, return_index=True)[1]  # in the order of the pairs
    keys = pd.array(described["situation"], dtype="str")
    bits, at = np.unique(agree[once], return_inverse=True)
    named = list(enumerate((*POINTS, COMMUNE)))
    told = [" ".join(name for place, name in named if one >> place & 1) for one in bits.tolist()]
    return pd.DataFrame(
        {
            "first": keys.take(left[once]),
            "second": keys.take(right[once]),
            "score": pd.array(score[once], dtype="Int64"),
            "agree": pd.array(told, dtype="str").take(at),
        }
    )


def _mask(described: pd.DataFrame, variable: str, ranks: Sequence[str]) -> np.ndarray:
    """One bit per option chosen, at its rank in the codebook; 0 where nothing is known."""
    chosen = options(described, variable)
    bits = np.zeros(len(described), dtype=np.int64)
    for rank, name in enumerate(ranks):
        if name in chosen:
            bits |= chosen[name].astype(np.int64) << rank
    return bits


def _close(codebook: Codebook, variable: str) -> list[int]:
    """For each answer that tells something, in order, those that do not contradict it, itself included, as bits: ages
    by their years (`age_from`), so that a band cut in two changes nothing; else the next ones on both sides."""
    codes = codebook.sets[variable][SOME]
    ages = {one.code: one.age_from for one in codebook.lists.get(variable, ()) if one.age_from is not None}
    begins = [ages.get(code) for code in codes]
    ranks = range(len(codes))

    def near(one: int, other: int) -> bool:
        younger, older = begins[min(one, other)], begins[max(one, other)]
        years = math.inf if younger is None or older is None else older - younger
        return abs(one - other) <= 1 or years <= AGE_YEARS

    return [sum(1 << other for other in ranks if near(one, other)) for one in ranks]


def _reach(mask: np.ndarray, close: Sequence[int]) -> np.ndarray:
    """For each situation the answers that contradict none of its own, as bits."""
    found = np.zeros_like(mask)
    for rank, bits in enumerate(close):
        found |= np.where(mask >> rank & 1, bits, 0)
    return found


def _communes(described: pd.DataFrame) -> np.ndarray:
    """The communes coded of each situation, one column for each that a coding may name: numbers, -1 where none is."""
    blank = pd.Series("", index=described.index)
    codes = np.stack([described.get(f"{name}.code", blank).fillna("").astype("str") for name in COMMUNES], axis=1)
    flat = pd.Series(codes.ravel(), dtype="str")
    return pd.factorize(flat.mask(flat.isin(SILENT)))[0].reshape(codes.shape)


def _pairs(masks: Mapping[str, np.ndarray], size: int, neighbours: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if size <= neighbours:
        yield np.triu_indices(size, 1)
        return
    for names in ORDERS:
        order = np.lexsort([np.arange(size), *(masks[name] for name in reversed(names))])
        for step in range(1, neighbours // len(ORDERS) + 1):
            one, other = order[:-step], order[step:]
            yield np.minimum(one, other), np.maximum(one, other)


def _score(
    masks: Mapping[str, np.ndarray],
    reach: Mapping[str, np.ndarray],
    communes: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    decisive: Sequence[str],
) -> tuple[np.ndarray, np.ndarray]:
    """Points of each pair, and the variables that agree as bits in the order of POINTS, the commune last; -1 for other
    persons. `reach`: what contradicts no answer of each situation (`_reach`)."""
    score, agree = np.zeros(len(left), dtype=np.int64), np.zeros(len(left), dtype=np.int64)
    impossible = np.zeros(len(left), dtype=bool)
    for place, (name, points) in enumerate(POINTS.items()):
        one, other = masks[name][left], masks[name][right]
        common, told = (one & other) != 0, (one != 0) & (other != 0)
        near = common if reach[name] is masks[name] else (reach[name][left] & other) != 0
        score += points * common - points * (told & ~near)
        agree |= common.astype(np.int64) << place
        if name in decisive:
            impossible |= told & ~near
    here, there = communes[left], communes[right]
    known = (here >= 0).any(axis=1) & (there >= 0).any(axis=1)
    common = ((here[:, :, None] == there[:, None, :]) & (here >= 0)[:, :, None]).any(axis=(1, 2))
    score += COMMUNE_POINTS * common - COMMUNE_POINTS * (known & ~common)
    agree |= common.astype(np.int64) << len(POINTS)
    return np.where(impossible, -1, score), agree


# -- Professionals who contributed: those behind the forms and those met, without counting twice who did both -----
NUMBERS = (
    *("met", "professionals", "professionals_low", "professionals_high"),
    *("identified", "identified_low", "identified_high"),
)


def professionals(
    respondents: pd.DataFrame, interviews: pd.DataFrame, described: pd.DataFrame, noticed: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """One row per response and per interview, with the professionals that it adds to the union.

    `respondents` has `professionals`; `interviews` is the typed table of interviews. An interview adds those met less
    those who also filled in the form: at least one when the number met is blank (`rencontre_non_precisee`), none taken
    off when that number is blank (`deja_repondu_non_precise`), the lower bound then takes them all off.
    `identified`: something was ticked (one of the answers `noticed`) or told; in an interview where a situation was told, one person at least
    identified it, and all those met count for the study.
    """
    own, others = (set(described.loc[described["source"] == source, "record"]) for source in ("response", "interview"))
    parts = [_responses(respondents, own, noticed)] if len(respondents) else []
    parts += [_interviews(interviews, others)] if len(interviews) else []
    made = pd.concat(parts, ignore_index=True) if parts else model("consolidate/professionals").empty()
    return {"professionals": made}


def _responses(respondents: pd.DataFrame, told: set[str], noticed: Sequence[str]) -> pd.DataFrame:
    seen = respondents["response_id"].isin(told)
    for code in noticed:
        column = f"exposure/{code}"
        if column in respondents:
            seen |= respondents[column].astype("str") == "ticked"
    weight = respondents["professionals"].astype("Int64")
    collective = respondents["answer_mode.code"].eq("group") & respondents["professionals_consulted.number"].isna()
    most = weight.mask(collective, int(max(2, weight.max())))
    numbers = [weight, weight, weight, most, *(one.where(seen, 0) for one in (weight, weight, most))]
    return _contributors("response", respondents, "response_id", numbers, {"collectif_non_precise": collective})


def _contributors(
    source: str, frame: pd.DataFrame, record: str, numbers: Sequence[pd.Series], rules: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """Rows of `professionals`; `numbers`: those of NUMBERS, in order."""
    return pd.DataFrame(
        {
            "source": pd.array([source] * len(frame), dtype="str"),
            "record": pd.array(frame[record], dtype="str"),
            **{name: pd.array(frame[name], dtype="Int64") for name in ("sheet", "row")},
            **{name: column.array for name, column in zip(NUMBERS, numbers, strict=True)},
            **{name: pd.array(_codes(frame, name), dtype="str") for name in OF_BOTH},
            "rules": pd.array(applied(frame, rules), dtype="str"),
        }
    )


def _interviews(interviews: pd.DataFrame, told: set[str]) -> pd.DataFrame:
    met, answered = interviews["people_met.number"], interviews["already_answered.number"]
    unsaid, unknown = met.isna(), answered.isna()
    met = met.fillna(1).astype("Int64")
    taken = answered.fillna(0).astype("Int64").clip(upper=met)
    added = met - taken
    seen = interviews["interview_id.code"].isin(told)
    high = (met.mask(unsaid, int(max(1, met.max()))) - taken).astype("Int64")
    low = added.mask(unknown, 0)
    rules = {"rencontre_non_precisee": unsaid, "deja_repondu_non_precise": unknown}
    numbers = [met, added, low, high, *(one.where(seen, 0) for one in (added, low.clip(upper=1), high))]
    return _contributors("interview", interviews, "interview_id.code", numbers, rules)


def _codes(frame: pd.DataFrame, name: str) -> pd.Series:
    column = f"{name}.code"
    return frame[column].astype("str") if column in frame else pd.Series("not_asked", index=frame.index)


# -- The pairs that the team has to decide, as a file to fill -----------------------------------------------------
OPTIONAL = "facultatif"


def undecided(described: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """A CSV: the keys of both situations, three columns to fill, then what helps to decide, closed answers only. Those
    that change the total most come first, in lots (`decisions.lots`), then the most alike."""
    open_ = decisions.lots(described, pairs)
    source = described.set_index("situation")["source"].map(SOURCES)
    persons = described.set_index("situation")["persons"].astype("str")
    rows = pd.DataFrame(
        {
            "first": open_["first"],
            "second": open_["second"],
            "decision": open_["decision"],
            "reason": "",
            "initials": "",
            "points": open_["score"],
            "en_commun": open_["agree"],
            "sources": open_["first"].map(source) + " / " + open_["second"].map(source),
            "personnes": open_["first"].map(persons) + " / " + open_["second"].map(persons),
            "lot": open_["lot"].astype("str").mask(open_["lot"].eq(0), OPTIONAL),
            "effet": open_["effect"],
        }
    )
    return str(rows.to_csv(index=False, lineterminator="\n"))


# -- What became of the rows of the shared diagnosis: forms, interviews, codings, decisions on duplicates ---------
INTERVIEWS, CODING, DUPLICATES = "interview_sheets", "situation_coding", "duplicates"
MERGED = "Décrit les mêmes personnes qu’une autre situation, selon la décision de l’équipe."
ASIDE = "La situation est mise de côté : elle ne contient aucune réponse, ou ses faits sont trop anciens."
UNKNOWN_PAIR = "La paire nomme une situation mise de côté : sans aucune réponse, ou aux faits trop anciens."
REPLACED = "Une décision plus récente porte sur la même paire."
SECOND_CODER = "Second codage de la même situation : il mesure l’accord, et ouvre les bornes jusqu’à un arbitrage."


def shared_rows(
    questionnaire_rows: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    described: pd.DataFrame,
    group: pd.Series,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    first_year: int | None = None,
) -> pd.DataFrame:
    """The ledgers of all its files in one, one row per row received. `tables` are the typed tables by name.

    `group` gives for each situation the key of the first one that describes the same persons.
    """
    merged = described.assign(into=group)[group.ne(described["situation"]).to_numpy()]
    known = described["situation"].tolist()
    forms = _with_merges(questionnaire_rows, merged[merged["source"] == "response"])
    met = _interview_rows(tables, merged, received_rows, files, first_year)
    codings = whole(CODING, files, received_rows, _coding(tables, known, files))
    return pd.concat([forms, met, codings, _decisions(tables["duplicates"], known, files)], ignore_index=True)


def _with_merges(known: pd.DataFrame, merged: pd.DataFrame) -> pd.DataFrame:
    """Rows of merged situations: merged where the row is a situation, only named where it is a whole response."""
    into = {
        (str(sheet), row): key for sheet, row, key in zip(merged["sheet"], merged["row"], merged["into"], strict=True)
    }
    place = list(zip(known["sheet"].astype("str"), known["row"], strict=True))
    found = pd.Series([into.get(at, "") for at in place], index=known.index, dtype="str")
    hit, alone = found.ne(""), found.ne("") & ~known["into"].fillna("").str.startswith("respondents/")
    named = (known["rules"].fillna("") + "; doublons_reunis").str.removeprefix("; ")
    return known.assign(
        outcome=known["outcome"].mask(alone, "merged"),
        into=known["into"].mask(alone, "described/" + found),
        reason=known["reason"].mask(alone, MERGED),
        rules=known["rules"].mask(hit, named),
    )


def _interview_rows(
    tables: Mapping[str, pd.DataFrame],
    merged: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    first_year: int | None,
) -> pd.DataFrame:
    ledgers = []
    records, told = tables["interview_records"], tables["interview_situations"]
    if len(records):
        rules = {
            "rencontre_non_precisee": records["people_met.number"].isna(),
            "deja_repondu_non_precise": records["already_answered.number"].isna(),
        }
        into = "professionals/" + records["interview_id.code"].astype("str")
        ledgers.append(ledger(INTERVIEWS, files, records, into, rules))
    if len(told):
        rule = told["persons_in_situation.rule"].fillna("")
        low, high = told["persons_in_situation.minimum"], told["persons_in_situation.maximum"]
        blank = rule.isin(UNREAD)
        several = low.notna() & high.ne(low).fillna(True).astype(bool) & ~blank
        past, empty = older(told, first_year), _empty(told)
        rules = {"effectif_non_precise": blank, "plus_petit_nombre": several, "hors_fenetre": past}
        record, number = (told[name].astype("str") for name in ("interview_id.code", "situation_number.number"))
        into = "described/" + record + "/" + number
        ledgers.append(ledger(INTERVIEWS, files, told, into, rules, {OLDER: past, EMPTY: empty}))
    known = whole(INTERVIEWS, files, received_rows, ledgers)
    return _with_merges(known, merged[merged["source"] == "interview"])


def _empty(told: pd.DataFrame) -> pd.Series:
    """Situations where nothing was answered, the keys and where they come from left out."""
    keys = ("interview_id.", "situation_number", "situation_origin.")
    names = [n for n in told if (n.endswith((".code", ".state")) or "/" in n) and not n.startswith(keys)]
    return told[names].astype("str").isin(["no_answer", "not_asked"]).all(axis=1)


def _coding(tables: Mapping[str, pd.DataFrame], known: Sequence[str], files: Mapping[str, str]) -> list[pd.DataFrame]:
    """Codings of situations: of two of the same one the first counts, or what was arbitrated."""
    coding = tables["situation_coding"]
    if coding.empty:
        return []
    second = in_turn(coding)[0].duplicated("situation").reindex(coding.index)
    empty = ~coding["situation"].isin(known)
    read = coded(pd.DataFrame({"situation": coding["situation"].unique()}), coding)
    apart = np.any([disputed(read, name) for name in SETS_TWICE], axis=0)
    differ = coding["situation"].isin(read.loc[apart, "situation"])
    aside = {SECOND_CODER: second, ASIDE: empty}
    return [ledger(CODING, files, coding, "described", {DISPUTED: differ}, aside)]


def _decisions(given: pd.DataFrame, known: Sequence[str], files: Mapping[str, str]) -> pd.DataFrame:
    """Decisions on duplicates, under the situations in the order of their table: the last one on a pair holds."""
    place = {situation: at for at, situation in enumerate(known)}
    found = [{one, other} <= place.keys() for one, other in zip(given["first"], given["second"], strict=True)]
    unknown = ~pd.Series(found, index=given.index, dtype=bool)
    two = zip(given["first"], given["second"], strict=True)
    pair = ["/".join(sorted(both, key=lambda situation: place.get(situation, -1))) for both in two]
    pairs = pd.Series(pair, index=given.index, dtype="str")
    replaced = pairs.duplicated(keep="last") & ~unknown
    return ledger(DUPLICATES, files, given, "pairs/" + pairs, aside={UNKNOWN_PAIR: unknown, REPLACED: replaced})
