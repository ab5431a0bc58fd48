"""The rest of what a team keeps: press, partners, structures, outreach, demand. All of it invented."""

from __future__ import annotations

import datetime as dt
import random

from team_internet import CATEGORIES, CLOSED
from team_people import SEED, picked
from team_places import CODES, NORTH, TOWNS, WEST
from team_words import Sheet

ARTICLES, CONTACTED, STRUCTURES = 23, 80, 20
AXES = ("droits", "soins", "mise à l'abri", "aides", "séjour", "violences", "emploi", "logement")
THEMES = ("proxénétisme", "mineur·e", "clients", "rue", "internet", "prévention")
FIELDS = ("social", "hébergement", "santé", "éducation", "police", "justice")


HEADLINES = {  # theme → titles of articles, none of which happened
    "proxénétisme": (
        "Un réseau jugé à {town} : la parole des victimes au centre de l’audience",
        "Appartements loués à la semaine : l’enquête mène à {town}",
        "Proxénétisme : le tribunal fictif prononce des peines de prison",
        "Une affaire de traite renvoyée devant le tribunal de {town}",
        "À {town}, un procès sans les clients",
    ),
    "mineur·e": (
        "Mineur·es en danger : les éducateurs de {town} tirent la sonnette d’alarme",
        "Fugues et réseaux sociaux : ce que voient les foyers",
        "Protéger les jeunes : un colloque à {town}",
        "Un numéro pour les familles inquiètes",
        "Au collège, parler du corps et du consentement",
    ),
    "clients": (
        "Achat d’actes sexuels : les contrôles reprennent à {town}",
        "Stages de sensibilisation : qui sont les personnes condamnées ?",
        "La pénalisation des clients, dix ans après",
    ),
    "rue": (
        "Sur la route de {town}, des associations à la rencontre des personnes",
        "Riverains et associations autour d’une table à {town}",
        "Une nuit de maraude",
    ),
    "internet": (
        "Petites annonces : ce que cachent les écrans",
        "Locations de courte durée : {town} interroge les plateformes",
        "Aller vers les personnes, par message",
        "Des annonces par centaines, combien de personnes ?",
    ),
    "prévention": (
        "Sortir de la prostitution : le parcours, mode d’emploi",
        "Formation des professionnel·les : {town} ouvre la voie",
        "Un lieu d’accueil sans jugement à {town}",
        "Repérer, écouter, orienter : une journée d’étude",
    ),
}
OUTLETS = ("Le Courrier fictif", "La Gazette des Plans", "Radio Port-Neuf", "L’Écho des Fables")


def press() -> Sheet:
    """Articles, the newest first; the same trial is told more than once."""
    rng = random.Random(f"press {SEED}")
    days = sorted(rng.sample(range(300), ARTICLES), reverse=True)
    left = {theme: rng.sample(titles, len(titles)) for theme, titles in HEADLINES.items()}
    sheet: Sheet = [["Titre", "Journal", "Paru le", "Année", "De quoi", "Affaire"]]
    for day in days:
        date = dt.date(2025, 9, 1) + dt.timedelta(days=day)
        first = rng.choice([theme for theme, titles in left.items() for _ in titles] or list(HEADLINES))
        title = left[first].pop() if left[first] else rng.choice(HEADLINES[first])
        others = [theme for theme in THEMES if theme != first]
        theme = ";".join([first, *rng.sample(others, rng.choice((0, 0, 1)))])
        case = f"affaire-{rng.randint(1, 3)}" if "proxénétisme" in theme else None
        outlet = rng.choices(OUTLETS, (5, 3, 2, 1))[0]
        sheet.append([title.format(town=rng.choice(TOWNS[:5])), outlet, date, date.year, theme, case])
    return sheet


def partners() -> dict[str, Sheet]:
    """80 structures, in two waves, and the reminders."""
    rng = random.Random(f"partners {SEED}")
    sheet: Sheet = [["Code", "Champ", "Type", "Vague", "Contactée le", "Par", "Nommément", "Suite", "Commune (Insee)"]]
    reminded: Sheet = [["Code", "Relancée le", "Par", "Suite"]]
    endings = {"répondu": 40, "entretien": 12, "refus": 8, "sans réponse": 40}
    for number in range(1, CONTACTED + 1):
        name, first = f"P{number:03d}", number <= 35
        day = dt.date(2025, 10 if first else 12, 1) + dt.timedelta(days=rng.randrange(20))
        end = picked(rng, endings)
        kinds = ("hébergement", "accueil et accompagnement", "mairie", "hôpital", "association")
        sheet.append(
            [name, rng.choice(FIELDS), rng.choice(kinds), 1 if first else 2, day, rng.choice(("mail", "appel", "lettre")),
             "oui" if rng.random() < 0.8 else "non", end, rng.choices(CODES, [0.75**at for at in range(len(CODES))])[0]]
        )  # fmt: skip
        if end == "sans réponse":
            reminded.append([name, day + dt.timedelta(days=30), "mail", "sans réponse"])
    return {"contacts": sheet, "relances": reminded}


SERVICES = (  # field, name, axes that it answers to (places in AXES)
    ("social", "Accueil de jour Les Passerelles", (0, 3)),
    ("social", "Service social de la Maison des solidarités de Villeneuve", (0, 3, 7)),
    ("social", "Association fictive d’accompagnement vers la sortie", (0, 2, 3, 4, 5)),
    ("social", "Point d’accès aux droits de Port-Neuf", (0,)),
    ("social", "Mission emploi du Grand-Plan", (6,)),
    ("social", "Maison des familles de Val-Fictif", (0, 5)),
    ("hébergement", "Centre d’hébergement du Clos", (2, 3)),
    ("hébergement", "Veille sociale fictive du département", (2,)),
    ("hébergement", "Résidence Haute-Fable", (2,)),
    ("hébergement", "Foyer de l’Anse", (2, 5)),
    ("santé", "Centre de santé du Parc", (1, 5)),
    ("santé", "Centre de dépistage de Villeneuve", (1,)),
    ("santé", "Équipe mobile de santé mentale", (1,)),
    ("santé", "Service d’addictologie de Port-Neuf", (1,)),
    ("santé", "Maternité de Villeneuve", (1, 5)),
    ("éducation", "Point écoute jeunes", (0, 5)),
    ("éducation", "Prévention spécialisée de Port-Neuf", (0,)),
    ("justice", "Bureau d’aide aux victimes", (0, 5)),
    ("justice", "Maison de justice et du droit des Fables", (0,)),
    ("police", "Intervention sociale au commissariat", (0, 5)),
)


def structures() -> Sheet:
    """Which local structure answers to which axis; blank where nobody asked."""
    rng = random.Random(f"structures {SEED}")
    sheet: Sheet = [["Code", "Nom", "D'accord pour être nommée", "Champ", *AXES]]
    for number, (field, name, axes) in enumerate(SERVICES, 1):
        named = rng.random() < 0.8
        said = ["oui" if at in axes else rng.choices(("non", None), (9, 1))[0] for at in range(len(AXES))]
        sheet.append([f"S{number:02d}", name if named else None, "oui" if named else "non", field, *said])
    return sheet


def practices() -> Sheet:
    return [
        ["Quoi", "Nature", "Qui", "Pour qui", "Où", "Contact"],
        ["Permanence sociale au commissariat", "bonne pratique", "Conseil départemental fictif",
         "toute personne reçue pour des violences", TOWNS[0], None],
        ["Repérage systématique à l’admission", "bonne pratique", "Centre de santé du Parc", "jeunes accueilli·es", None, None],
        ["Maraude à deux, association et soignant·e", "bonne pratique", "Accueil de jour Les Passerelles",
         "personnes rencontrées sur la route", TOWNS[1], None],
        ["Chambres réservées, sans condition de démarche", "bonne pratique", "Centre d’hébergement du Clos",
         "personnes menacées", None, None],
        ["Rencontre trimestrielle des référent·es", "réseau", "Commission départementale fictive",
         "structures du parcours de sortie", TOWNS[0], None],
        ["Groupe d’analyse de situations", "réseau", "Délégation fictive aux droits des femmes", "professionnel·les",
         None, None],
        ["Écoute nationale des femmes victimes de violences", "ressource", "Service national d’écoute",
         "personnes victimes, proches, professionnel·les", None, "3919"],
        ["Enfance en danger", "ressource", "Service national d’accueil téléphonique", "mineur·es, familles, professionnel·les",
         None, "119"],
    ]  # fmt: skip


def met() -> Sheet:
    """How many persons one service met once, twice and more, over the period of the study."""
    return [["Service", "Du", "Au", "Une fois", "Deux fois", "Plus"], ["S04", "2025-09-01", "2026-06-30", 46, 21, 14]]


def outreach() -> Sheet:
    return [
        ["Année", "Maraudes en ligne", "SMS envoyés", "Réponses", "Échanges", "Rencontres"],
        [2025, 21, 640, 52, 17, 3],
        [2026, 34, 1180, 112, 31, 7],
    ]


def law_results() -> Sheet:
    """What the law did, as the préfecture and the prosecutor wrote it down; two totals were published."""
    sheet: Sheet = [["Année", "Mesure", "Nombre", "D'après", "Arrêté au", "Pour qui", "Adresse"]]
    published = "https://prefecture.example/bilan"
    sheet.append([2025, "installation de la commission", "2018-03-14", "préfecture", "2018-03", "public", published])
    for label, source, numbers in (
        ("réunions plénières de la commission", "préfecture", (1, 2)),
        ("réunions sur les parcours", "préfecture", (3, 4)),
        ("associations agréées", "préfecture", (1, 2)),
        ("demandes de parcours", "délégation aux droits des femmes", (9, 14)),
        ("parcours autorisés par la préfecture", "délégation aux droits des femmes", (7, 11)),
        ("parcours refusés par la préfecture", "délégation aux droits des femmes", (2, 2)),
        ("parcours en cours au 31 décembre", "délégation aux droits des femmes", (12, 17)),
        ("jours de la demande à la décision (médiane)", "délégation aux droits des femmes", (96, 81)),
        ("autorisations provisoires de séjour", "préfecture", (6, 9)),
        ("aides financières (AFIS) ouvertes", "préfecture", (5, 8)),
        ("amendes pour achat d’actes sexuels", "parquet", (14, 11)),
        ("stages de sensibilisation", "parquet", (0, 1)),
        ("formations de professionnel·les", "association agréée", (4, 6)),
    ):
        known = label == "parcours en cours au 31 décembre"
        for year, number in zip((2024, 2025), numbers, strict=True):
            whom, where = ("public", published) if known else ("commission", None)
            sheet.append([year, label, number, source, f"{year + 1}-01", whom, where])
    return sheet


def restitutions() -> Sheet:
    return [
        ["Quand", "Quoi", "Devant qui", "Données jusqu'au", "Ce qui a changé"],
        ["2025-10-07", "démarche", "commission départementale", None, "Objectifs, calendrier et questionnaire présentés"],
        ["2026-04-14", "intermédiaire", "commission départementale", "2026-03-31", "Premier décompte ; réponses encore attendues"],
        ["2026-09", "finale", "commission départementale", "2026-06-30", "Entretiens, aller-vers, structures et pistes ajoutés"],
    ]  # fmt: skip


FOUND = {  # by what search the sites of a letter were found
    "C": "Prostitution + département",
    "D": "Trouver prostituée + département",
    "E": "Escort + département",
    "M": "Massage érotique + département",
}


def history() -> dict[str, Sheet]:
    """What was seen of sites at two dates, and what they sell."""
    rng = random.Random(f"history {SEED}")
    sites = [f"{letter}{n:02d}" for letter, (_, count) in CATEGORIES.items() for n in range(1, count + 1)]
    before, after = dt.date(2025, 11, 3), dt.date(2026, 1, 12)
    appeared = ("E16", "E17", "D10")  # found at the second date only
    changes: Sheet = [["Site", "Constaté le", "État"]]
    changes += [[site, before, "ouvert"] for site in sites if site not in appeared]
    changes += [[site, after, {"D12": "suspendu"}.get(site, "fermé") if site in CLOSED else "ouvert"] for site in sites]
    terms: Sheet = [["Site", "Trouvé par", "Options payantes", "Abonnement", "Inscription payante", "Prix", "Lu le"]]
    for site in sites:
        found = ["liste antérieure"] if rng.random() < 0.4 else []
        found += [FOUND[site[0]]] if not found or rng.random() < 0.6 else []
        row: list[object] = [site, ";".join(found)]
        if site in CLOSED or site > "E12":
            terms.append([*row, *[None] * 5])
            continue
        paid = rng.random() < 0.7
        options = (
            ";".join(rng.sample(("remontée", "photos", "profil vérifié"), rng.choice((1, 2)))) if paid else "aucune"
        )
        price = picked(rng, {"Moins de 10 €": 2, "De 10 à 49 €": 5, "De 50 à 199 €": 2}) if paid else "Gratuit"
        member = "oui" if paid and rng.random() < 0.5 else "non"
        terms.append([*row, options, member, "oui" if rng.random() < 0.15 else "non", price, dt.date(2026, 2, 3)])
    return {"changements": changes, "conditions": terms}


def demand() -> dict[str, Sheet]:
    """Demand ads, a public forum, penal response, venues: numbers and neutral codes."""
    ads: Sheet = [["Site", "Ville", "Annonces de demande", "Du", "Au"]]
    window = [dt.date(2026, 2, 1), dt.date(2026, 2, 28)]
    ads += [["C02", TOWNS[0], 64, *window], ["C02", TOWNS[1], 31, *window], ["C03", TOWNS[2], 17, *window]]
    forum: Sheet = [["Forum", "Ville", "Année", "Fils", "Pseudonymes au moins"]]
    forum += [["F01", TOWNS[0], "2025", 38, 63], ["F01", TOWNS[1], "2025", 19, 31], ["F01", TOWNS[2], "2026", 12, 17]]
    penal: Sheet = [["Année", "Mesure", "Nombre", "Source", "À peu près"]]
    penal += [
        ["2025", "verbalisation", 11, "commissariat", "non"],
        ["2025", "composition pénale", 60, "procureur", "oui"],
    ]
    venues: Sheet = [["Code", "Type", "Arrondissement", "Trouvé par"]]
    kinds = (
        "bar à hôtesse",
        "sauna",
        "bar à hôtesse",
        "club à vocation sexuelle",
        "sex shop",
        "sauna",
        "bar à hôtesse",
        "sex shop",
    )
    venues += [[f"L{n:02d}", kind, NORTH if n < 5 else WEST, "annuaire"] for n, kind in enumerate(kinds, 1)]
    return {"demande": ads, "forum": forum, "pénal": penal, "lieux": venues}
