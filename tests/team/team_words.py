"""A team's own words for what is true: counts in French words, the form it made, the sheets it kept."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from team_blocks import STORIES
from team_internet import BY_TOWN, CLOSED, MIRRORS, PAGED, Internet, hurried, pages
from team_people import ELSEWHERE, EXPOSURE, MOST, OTHER, SEED, SITUATION, Choice, People, Response, Situation
from team_places import TOWNS

Row = list[object]
Sheet = list[Row]

# Persons in a situation → how a form says it, and the smallest number that these words name (1 for nothing).
COUNTS: dict[int, tuple[tuple[str, int], ...]] = {
    1: (*[("1", 1)] * 18, ("une", 1), ("une", 1), ("une seule personne", 1), ("une seule personne", 1), ("", 1)),
    2: (("2", 2), ("un couple", 2), ("deux", 2), ("deux ou trois", 2), ("1 ou 2", 1)),
    3: (("3", 3), ("trois", 3), ("deux ou trois", 2), ("3 ou 4", 3)),
    4: (("4", 4), ("au moins quatre", 4)),
    10: (("une dizaine", 10),),
}
NOTHING = "aucune"  # of what the form proposes as noticed
JOINT = ";"  # the form's tool writes it after every ticked answer
CODERS = ("LM", "SK")
FORMS = 4  # that a composite story is made of
AGREEMENT, LATER = dt.date(2026, 1, 12), dt.date(2026, 5, 18)


def counted(one: Situation) -> tuple[str, int]:
    """How a form words the number of persons of a situation, and the smallest number that it names."""
    words = COUNTS[one.persons]
    return random.Random(f"count {SEED} {one.key}").choice(words)


def joined(ticked: Sequence[str]) -> str:
    return "".join(f"{answer}{JOINT}" for answer in ticked)


# --- the form ----------------------------------------------------------------------------------------------------

HEAD = (
    "ID",
    "Heure de fin",
    "Votre structure",
    "Secteur d'activité",
    "Catégorie de structure (codée par nous)",
    "Votre métier",
    "Métier (codé par nous)",
    "Répondez-vous",
    "Si c'est à plusieurs, combien êtes-vous",
    "Vous avez",
    "Cela fait combien de gens, en gros",
)
BLOCK = (
    "nombre de personnes",
    "risque, probable ou avérée",
    "elles sont",
    "tranche d'âge",
    "nationalité",
    "pays",
    "situation de famille",
    "où loge-t-elle",
    "que fait-elle",
    "de quoi vit-elle",
    "parcours",
    "où et comment",
    "quelles communes, quels quartiers",
    "un proxénète",
    "un réseau",
    "combien d'autres structures la connaissent",
    "les clients",
    "autre chose",
)
TAIL = (
    "Saviez-vous que le racolage n'est plus puni",
    "Saviez-vous que l'achat est puni d'une amende",
    "Saviez-vous qu'il existe un parcours de sortie",
    "Saviez-vous qu'une autorisation de séjour est possible",
    "Saviez-vous qu'il faut informer les jeunes",
    "Saviez-vous qu'une commission départementale existe",
    "Sauriez-vous orienter quelqu'un vers le parcours",
    "Avez-vous fait de la prévention",
    "Laquelle",
    "Que faudrait-il en prévention",
    "Avez-vous pris en charge ces personnes",
    "Avez-vous parlé de prostitution",
    "Leurs demandes",
    "Vos réponses",
    "Vos orientations",
    "Ce sujet est",
    "Pourquoi",
    "Êtes-vous suffisamment outillé",
    "Il vous faudrait",
    "Ce qui freine",
    "Formation faite ou prévue",
    "Formation : laquelle",
    "Un réseau local vous intéresse",
    "Remarques",
    "Connaissez-vous des personnes ressources",
    "Leurs coordonnées",
    "Le mot de la fin",
    "Peut-on vous recontacter",
    "Vos nom et prénom",
    "Adresse mail",
    "Numéro de téléphone",
)
LAWS = ("loi racolage", "loi amende", "loi parcours", "loi séjour", "loi jeunes", "loi commission")


def heading(text: str, number: int) -> str:
    """The heading of a question of the n-th situation of a form."""
    return f"Situation {number} : {text}"


def form(truth: People) -> Sheet:
    """The export of the team's own form: a row per response, its situations side by side."""
    blocks = [heading(text, number) for number in range(1, MOST + 1) for text in BLOCK]
    return [[*HEAD, *blocks, *TAIL], *(_response(one) for one in truth.responses)]


def _response(one: Response) -> Row:
    rng = random.Random(f"form {SEED} {one.number}")
    answers, team = one.answers, one.professionals > 1
    sent = dt.datetime(2026, 1, 12, 8) + dt.timedelta(hours=rng.randrange(2400))
    persons = sum(situation.persons for situation in one.situations)
    head: Row = [
        one.number,
        sent,
        f"Structure fictive {one.number}",
        answers["secteur"],
        answers["type"],
        rng.choice(("éducatrice", "chef de service", "infirmier", "assistante sociale")),
        answers["fonction"],
        "collectif" if team else "individuel",
        one.professionals if team else None,
        joined(one.exposure or (NOTHING,)),
        str(persons) if one.exposure else None,
    ]
    blocks: Row = []
    for number in range(1, MOST + 1):
        told = one.situations[number - 1] if number <= len(one.situations) else None
        blocks += _block(told, number < len(one.situations)) if told else [None] * len(BLOCK)
    return [*head, *blocks, *_tail(one, rng)]


def _block(one: Situation, more: bool | None) -> Row:
    def ticked(question: str) -> str:
        """What is ticked; a free answer stands in the place of « Autre », as the tool writes it."""
        return joined(
            [one.typed.get(question, answer) if answer == OTHER else answer for answer in one.ticked[question]]
        )

    def alone(question: str) -> str:
        return one.ticked[question][0]

    return [
        counted(one)[0] or None,
        alone("statut"),
        *(ticked(question) for question in ("genre", "âge", "nationalité")),
        one.country or None,
        *(ticked(question) for question in ("famille", "logement", "activité", "ressources")),
        "Parcours difficile, peu de soutien autour." if one.factors else None,
        ticked("formes"),
        "centre-ville" if one.commune else None,
        alone("proxénète"),
        alone("réseau"),
        alone(ELSEWHERE),
        None,
        "oui" if more else "non",
    ]


def _tail(one: Response, rng: random.Random) -> Row:
    answers, noticed = one.answers, bool(one.exposure)
    helped = answers["prise en charge"] == "oui"
    return [
        *(answers[law] for law in LAWS),
        rng.choice(("plutôt oui", "je ne saurais pas", None)),
        answers["prévention"],
        "Une séance en collège" if answers["prévention"] == "oui" else None,
        rng.choice(("Des interventions régulières", None)),
        answers["prise en charge"] or None,
        answers["abordé"] or None,
        "Un logement" if helped else None,
        "Un accompagnement" if helped else None,
        "Services sociaux" if helped else None,
        answers["facile"] or None,
        rng.choice(("La confiance aide", None)) if noticed else None,
        answers["outillé"] or None,
        joined(one.needs) or None,
        rng.choice(("Le manque de temps", None)) if noticed else None,
        answers["formation"] or None,
        "Une journée au CHU" if answers["formation"] == "oui" else None,
        answers["réseau local"] or None,
        None,
        answers["ressource"],
        f"Camille Fictif {one.number}, 06 39 98 {one.number % 100:02d} 11" if answers["ressource"] == "oui" else None,
        None,
        answers["recontact"],
        *((f"Dominique Inventé {one.number}", f"d{one.number}@structure.example", f"06 39 98 00 {one.number % 100:02d}")
          if answers["recontact"] == "oui" else (None, None, None)),
    ]  # fmt: skip


# --- what was kept beside the form ---------------------------------------------------------------------------------


def reference(key: tuple[str, int, int]) -> str:
    """How the team names a situation: the form's own number, or the interview's, and its place there."""
    source, record, number = key
    return f"{record if source == 'questionnaire' else f'E{record:02d}'}/{number}"


def coding(truth: People) -> Sheet:
    """The coding sheet: a row per situation that was read."""
    head: Row = ["D'où", "Numéro du formulaire", "Situation n°", "Qui code", "Région", "Facteurs", "Commune (Insee)"]
    return [head, *([
        one.source,
        reference(one.key).split("/")[0],
        one.number,
        CODERS[one.record % 2],
        one.region or None,
        joined(one.factors) or "aucun",
        one.commune or None,
    ] for one in truth.situations)]  # fmt: skip


THEMES = {  # heading of the form → text written there → its theme, in the words of who codes it
    "Ce qui freine": {"Le manque de temps": "moyens"},
    "Leurs demandes": {"Un logement": "logement"},
    "Vos orientations": {"Services sociaux": "droits"},
    "Que faudrait-il en prévention": {"Des interventions régulières": "jeunes"},
}


def written(one: Response) -> dict[str, str]:
    """Heading → theme of what a form says there; nothing for what was left blank."""
    said = dict(zip(TAIL, _response(one)[-len(TAIL) :], strict=True))
    return {head: themes[str(said[head])] for head, themes in THEMES.items() if said[head]}


NOTED = {"On manque de temps pour écouter.": "moyens", "Personne vers qui orienter.": "partenaires"}


def noted(number: int) -> str | None:
    """What was noted of an interview: a third of them said one thing, a third the other, a third nothing."""
    return [*NOTED, None][number % 3]


def themes(truth: People) -> Sheet:
    """The themes of what is written and noted: a row per form or interview that has a text."""
    head: Row = ["Formulaire n°", "Qui code", "Freins", "Demandes", "Orientations", "Besoins de prévention"]
    return [head, *([
        one.number, CODERS[one.number % 2], *(written(one).get(heading) for heading in THEMES)
    ] for one in truth.responses if written(one)), *([
        f"E{one.number:02d}", CODERS[one.number % 2], NOTED[text], None, None, None
    ] for one in truth.interviews if (text := noted(one.number)))]  # fmt: skip


def decisions(truth: People) -> Sheet:
    """What was decided of pairs."""
    words = {"same": "même personne", "different": "deux personnes", "unsure": "on ne sait pas"}
    head: Row = ["Situation A", "Situation B", "Décision", "Pourquoi", "Qui"]
    return [
        head,
        *(
            [reference(a), reference(b), words[verdict], "discuté en réunion", "LM"]
            for a, b, verdict in truth.decisions
        ),
    ]


def stories(truth: People) -> Sheet:
    """The composite stories: each of situations that no other may be, told in different forms, and approved by two."""
    undecided = {key for a, b, _ in truth.decisions for key in (a, b)}
    head: Row = ["Titre du récit", "Récit", "Situations réunies", "Première approbation", "Seconde approbation"]
    rows: Sheet = []
    for title, text, wanted in STORIES:
        alike = [
            one
            for one in truth.situations
            if one.source == "questionnaire"
            and one.key not in undecided
            and all(set(one.ticked[question]) & set(answers) for question, answers in wanted.items())
        ]
        forms = {one.record: reference(one.key) for one in reversed(alike)}
        rows.append([title, text, " ; ".join(list(forms.values())[:FORMS]), *CODERS])
    return [head, *rows]


MET = {  # field → structures met
    "social": ("Accueil de jour Les Passerelles", "Maison des solidarités", "Association d’accompagnement"),
    "hébergement et logement": ("Centre d’hébergement du Clos", "Résidence Haute-Fable", "Foyer de l’Anse"),
    "santé": ("Centre de santé du Parc", "Équipe mobile de santé mentale", "Maternité"),
    "enseignement et jeunesse": ("Point écoute jeunes", "Prévention spécialisée", "Inspection académique fictive"),
    "justice et probation": ("Parquet fictif", "Bureau d’aide aux victimes", "Service de probation fictif"),
}


def interviews(truth: People) -> dict[str, Sheet]:
    """The log of interviews, and what was told there."""
    log: Sheet = [
        [
            "N°",
            "Jour",
            "Qui on a vu",
            "Comment",
            "Ville",
            "Secteur",
            "Magistrat",
            "Combien",
            "Dont déjà répondu",
            "Notes",
        ]
    ]
    told: Sheet = [["Entretien", "Situation n°", "Vient de", *BLOCK[:-1]]]
    for one in truth.interviews:
        day = dt.date(2026, 2, 2) + dt.timedelta(days=7 * (one.number // 2) + 2 * (one.number % 2))
        prosecutor = "procureure" if one.sector.startswith("justice") and one.number % 3 == 0 else "autre"
        town = TOWNS[one.number % 6] if one.mode == "présentiel" and one.number % 4 else None
        log.append(
            [
                f"E{one.number:02d}",
                day,
                f"{MET[one.sector][one.number % len(MET[one.sector])]}",
                one.mode,
                town,
                one.sector,
                prosecutor,
                one.met,
                one.already,
                noted(one.number),
            ]
        )
        told += [[f"E{one.number:02d}", s.number, "Entretien", *_block(s, None)[:-1]] for s in one.situations]
    return {"journal": log, "situations": told}


def register(truth: Internet) -> Sheet:
    """The register of sites."""
    head: Row = ["Code", "Type", "Miroir", "État", "Note"]
    return [head, *([
        site, category, "miroirs-1" if site in MIRRORS else None, "fermé" if site in CLOSED else "ouvert", None
    ] for site, category in truth.sites.items())]  # fmt: skip


def counts(truth: Internet) -> Sheet:
    """Ads counted by site and town on one day; the site read page by page has no count."""
    sheet: Sheet = [["Site", "Ville", "Annonces", "Comment", "Du", "Au"]]
    found = truth.counts
    for site in truth.sites:
        rows = [(town, n) for (own, town), n in sorted(found.items()) if own == site]
        if site not in BY_TOWN:
            rows = [(None, sum(n for _, n in rows))]
        if site == PAGED:
            sheet.append([site, None, None, "pages lues", AGREEMENT, AGREEMENT])
        else:
            sheet += [[site, town, n, "compté", AGREEMENT, AGREEMENT] for town, n in rows]
    return sheet


def read_pages(truth: Internet) -> Sheet:
    """The pages of the site that is too large to be counted."""
    head: Row = ["Site", "Ville", "Page", "Annonces vues", "Pertinentes", "Pages en tout"]
    return [head, *([site, None, *rest] for site, *rest in pages(truth))]


def coded(truth: Internet) -> dict[str, Sheet]:
    """The sample that was drawn beforehand, as it was coded: some ads by two persons, copies searched on all sites."""
    head: Row = ["Annonce", "Qui code", "Site", "Page", "Rang", "Codée le", "Dans le sujet", "Ville annoncée", "Présentée comme",
                 "Âge dit", "Âge", "Origine", "Pays", "S'adresse à", "Reçoit / se déplace", "De passage", "Indices", "Groupe",
                 "Copies cherchées", "Copies"]  # fmt: skip
    sheet, found = [head], [["Annonce", "Site", "Copies"]]
    rng = random.Random(f"second {SEED}")
    for at, place in enumerate(truth.drawn):
        ad, name = truth.ads[place], f"A{at + 1:03d}"
        own, copies = truth.profiles[ad.person], truth.copies(ad.person)
        group = f"G{ad.person}" if sum(truth.ads[other].person == ad.person for other in truth.drawn) > 1 else None
        row: Row = [ad.site, ad.page, ad.rank]
        rest = _read(own, ad.town, group, copies)
        sheet.append([name, CODERS[0], *row, AGREEMENT + dt.timedelta(days=at // 25), *rest])
        if place in truth.twice:
            sheet.append([name, CODERS[1], *row, LATER, *_read(hurried(rng, own), ad.town, group, copies)])
        found += [[name, site, n] for site, n in copies.items()]
    return {"annonces": sheet, "copies": found}


def _read(own: dict[str, str], town: str, group: str | None, copies: dict[str, int]) -> Row:
    """What one person codes of an ad."""
    return ["oui", town, own["genre"], "oui" if own["âge"] else "non", int(own["âge"]) if own["âge"] else None,
            own["origine"], own["pays"] or None, own["public"], own["reçoit"], own["de passage"], own["indices"], group,
            "oui", sum(copies.values())]  # fmt: skip


def situation_answers(truth: People) -> Iterator[tuple[Situation, str, Choice]]:
    """Each situation with each of its questions and what is ticked there."""
    for one in truth.situations:
        for question in SITUATION:
            yield one, question, one.ticked[question]


__all__ = ["EXPOSURE", "JOINT", "Sheet"]
