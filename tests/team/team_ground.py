"""The rest of what a team keeps: its territory, press, partners, structures, outreach, demand. All of it invented."""

from __future__ import annotations

import datetime as dt
import json
import random

from team_people import SEED, picked
from team_words import Sheet

TOWNS = (
    "Port-Imaginé",
    "Bourg-Supposé",
    "Valfeinte",
    "Sainte-Chimère",
    "Roche-Songe",
    "Pont-l'Hypothèse",
    "Clairmensonge",
    "Les Mirages",
    "Montfabule",
    "Saint-Nulle-Part",
    "Feintilly",
    "L'Orée-Inventée",
)
INHABITANTS = (48_200, 21_900, 15_300, 9_800, 7_700, 5_600, 4_300, 3_100, 2_400, 1_700, 980, 560)
COLUMNS, WEST, SOUTH, WIDE, HIGH = 4, -17.5, 46.3, 0.19, 0.15  # degrees, in the middle of an ocean
ARTICLES, CONTACTED, STRUCTURES = 26, 80, 20
AXES = ("droits", "soins", "mise à l'abri", "aides", "séjour", "violences", "emploi", "logement")
THEMES = ("proxénétisme", "mineur·e", "clients", "rue", "internet", "prévention")
FIELDS = ("social", "hébergement", "santé", "éducation", "police", "justice")


def code(number: int) -> str:
    """The code of the n-th commune, the largest first."""
    return f"F{number + 1:02d}"


def outlines() -> str:
    """The communes as GeoJSON: a grid whose inner corners are moved a little, so that neighbours touch."""
    rng = random.Random(f"outlines {SEED}")
    rows = len(TOWNS) // COLUMNS
    corner = {
        (x, y): [
            round(WEST + (x + rng.uniform(-0.2, 0.2)) * WIDE, 5),
            round(SOUTH + (y + rng.uniform(-0.2, 0.2)) * HIGH, 5),
        ]
        for x in range(COLUMNS + 1)
        for y in range(rows + 1)
    }
    features = []
    for at, name in enumerate(TOWNS):
        x, y = at % COLUMNS, at // COLUMNS
        ring = [corner[place] for place in ((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y))]
        group, district = x // 2 + 1, y // 2 + 1
        properties = {
            "code": code(at),
            "name": name,
            "epci": f"com-{group}",
            "epci_name": f"Communauté imaginée {'de l’Ouest' if group == 1 else 'de l’Est'}",
            "arrondissement": f"arr-{district}",
            "arrondissement_name": f"Arrondissement imaginé {'du Sud' if district == 1 else 'du Nord'}",
            "population": INHABITANTS[at],
        }
        features.append(
            {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1) + "\n"


def press() -> Sheet:
    """26 articles, the newest first."""
    rng = random.Random(f"press {SEED}")
    days = sorted(rng.sample(range(300), ARTICLES), reverse=True)
    sheet: Sheet = [["Titre", "Journal", "Paru le", "Année", "De quoi", "Affaire"]]
    for at, day in enumerate(days):
        date = dt.date(2025, 9, 1) + dt.timedelta(days=day)
        outlet = rng.choice(("Le Courrier imaginé", "La Gazette feinte", "Radio Songe"))
        theme = ";".join(sorted(rng.sample(THEMES, rng.choice((1, 1, 2)))))
        case = f"affaire-{rng.randint(1, 3)}" if "proxénétisme" in theme else None
        sheet.append([f"Article imaginé n° {ARTICLES - at}", outlet, date, date.year, theme, case])
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
             "oui" if rng.random() < 0.8 else "non", end, code(rng.randrange(len(TOWNS)))]
        )  # fmt: skip
        if end == "sans réponse":
            reminded.append([name, day + dt.timedelta(days=30), "mail", "sans réponse"])
    return {"contacts": sheet, "relances": reminded}


def structures() -> Sheet:
    """Which local structure answers to which axis; blank where nobody asked."""
    rng = random.Random(f"structures {SEED}")
    sheet: Sheet = [["Code", "Nom", "D'accord pour être nommée", "Champ", *AXES]]
    for number in range(1, STRUCTURES + 1):
        named = rng.random() < 0.8
        axes = [rng.choices(("oui", "non", None), (3, 5, 2))[0] for _ in AXES]
        sheet.append(
            [
                f"S{number:02d}",
                f"Maison imaginée {number}" if named else None,
                "oui" if named else "non",
                rng.choice(FIELDS),
                *axes,
            ]
        )
    return sheet


def practices() -> Sheet:
    return [
        ["Quoi", "Nature", "Qui", "Pour qui", "Où", "Contact"],
        [
            "Permanence sociale au commissariat",
            "bonne pratique",
            "Service social imaginé",
            "personnes reçues",
            TOWNS[0],
            None,
        ],
        ["Repérage systématique à l'admission", "bonne pratique", "Centre de santé imaginé", "jeunes", None, None],
        ["Groupe de professionnel·les", "réseau", "Délégation imaginée", "professionnel·les", None, None],
        ["Écoute nationale", "ressource", None, "personnes victimes", None, "3919"],
    ]


def outreach() -> Sheet:
    return [
        ["Année", "Maraudes en ligne", "SMS envoyés", "Réponses", "Échanges", "Rencontres"],
        [2025, 21, 640, 52, 17, 3],
        [2026, 34, 1151, 93, 30, 6],
    ]


def restitutions() -> Sheet:
    return [
        ["Quand", "Quoi", "Devant qui", "Données jusqu'au", "Ce qui a changé"],
        ["2025-10-07", "démarche", "commission départementale", None, None],
        ["2026-04-14", "intermédiaire", "commission départementale", "2026-03-31", "Réponses encore attendues"],
        ["2026-09", "finale", "commission départementale", "2026-06-30", None],
    ]


def history() -> dict[str, Sheet]:
    """What was seen of sites over time, and what they sell."""
    changes: Sheet = [["Site", "Constaté le", "État"]]
    changes += [
        ["E20", dt.date(2025, 11, 3), "fermé"],
        ["D13", dt.date(2025, 12, 9), "suspendu"],
        ["D13", dt.date(2026, 3, 2), "fermé"],
    ]
    terms: Sheet = [["Site", "Trouvé par", "Options payantes", "Abonnement", "Inscription payante", "Prix", "Lu le"]]
    for number in range(1, 13):
        paid = number % 3 > 0
        options = "remontée;profil vérifié" if paid else "aucune"
        terms.append(
            [
                f"E{number:02d}",
                "liste antérieure",
                options,
                "oui" if number % 2 else "non",
                "non",
                "De 10 à 49 €" if paid else "Gratuit",
                dt.date(2026, 2, 3),
            ]
        )
    return {"changements": changes, "conditions": terms}


def demand() -> dict[str, Sheet]:
    """Demand ads, a public forum, penal response, venues: numbers and neutral codes."""
    ads: Sheet = [["Site", "Ville", "Annonces de demande", "Du", "Au"]]
    window = [dt.date(2026, 2, 1), dt.date(2026, 2, 28)]
    ads += [["C02", TOWNS[0], 13, *window], ["C02", TOWNS[1], 6, *window], ["C02", TOWNS[2], 3, *window]]
    forum: Sheet = [["Forum", "Ville", "Année", "Fils", "Pseudonymes au moins"]]
    forum += [["F01", TOWNS[0], "2025", 41, 70], ["F01", TOWNS[1], "2025", 22, 34], ["F01", TOWNS[2], "2026", 13, 20]]
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
    )
    venues += [
        [f"L{n:02d}", kind, "Arrondissement imaginé du Sud" if n < 5 else "Arrondissement imaginé du Nord", "annuaire"]
        for n, kind in enumerate(kinds, 1)
    ]
    return {"demande": ads, "forum": forum, "pénal": penal, "lieux": venues}


CONCLUSIONS = """## Ce que les annonces montrent

{fact:ads.total} annonces ont été comptées sur {fact:ads.sites} sites ; elles n’additionnent pas des personnes.

## Ce que les professionnel·les disent

{fact:survey.professionals} professionnel·les ont répondu.
"""
TRACKS = """### Former

Les besoins de formation sont dits par {fact:needs.training} professionnel·les.

### Combler les axes sans réponse

Sur les axes de l’accompagnement, {fact:pathway.axes_uncovered} n’ont aucune structure connue.
"""
