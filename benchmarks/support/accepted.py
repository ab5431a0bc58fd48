"""The page of what the release had to show: each line with its command, how much of it was run, and what came out.

Every number is read in the tables that the benchmarks go on with (`support.pieces`); a table that is not there is said so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from diagnostic.core.french import NBSP, date, number

from .costs import PROJECT
from .pieces import VERSION

TABLES = PROJECT / "benchmarks/accepted"
HEAD = f"""# Publication{NBSP}: ce qui devait être montré

Page écrite par `release.py --page`, depuis les tables de chaque mesure (`accepted/`). « Faites » dit combien de cas l’ont été sur ceux qui étaient demandés : le reste se continue par la même commande, qui ajoute à la table ce qui lui manque. Chaque cas garde le jour et le commit du code qui l’a mesuré. Les secondes sont du temps de calcul, sur une machine occupée : elles se comparent entre elles.
"""
ALL, SAYS = 300, ("outsider", "structure", "prefecture", "left")  # départements × sizes, each in two editions
HEADLINES = {
    "women": "femmes",
    "men": "hommes",
    "minors": "mineur·es",
    "adults_18_25": "18-25 ans",
    "adults_26_45": "26-45 ans",
    "adults_46": "46 ans et plus",
}
KINDS = {
    "person more": "une personne de plus",
    "person less": "une personne de moins",
    "merged": "deux situations réunies",
    "other answer": "une autre réponse à une question",
    "swapped": "deux situations échangent une réponse",
    "situation less": "une situation de moins",
    "situation more": "une situation de plus",
    "response less": "une réponse de moins, avec ses situations",
    "response more": "une réponse de plus, avec ses situations",
    "structure less": "une structure de moins",
}


def page(tables: Path) -> str:
    """The Markdown of every part whose table is in the folder."""
    parts: list[tuple[str, str, str, Callable[[pd.DataFrame], Iterator[str]]]] = [
        ("Cent départements, trois tailles, deux éditions", "departements", "release.py --number 100", editions),
        ("Lots venus entre deux éditions", "lots", "release.py --batches --number 12", batches),
        ("Deux copies que rien n’enregistre", "copies", "two_copies.py --number 200", copies),
        ("Dix éditions, avec des départs", "departures", "two_copies.py --departures 3", ten),
        ("À qui une question est posée", "questions", "two_copies.py --questions 20000", routed),
        (
            "Chaque tranche d’âge, à 152 personnes",
            "headlines",
            "release.py --headlines --first 5000 --number 400",
            headlines,
        ),
        ("Enveloppes", "envelopes", "release.py --envelopes --number 100", enveloped),
        ("Croissance", "growth", "release.py --growth", growth),
        ("Une voisine, sur les énoncés", "neighbours", "neighbours.py --number 200 --keys 1000", statements),
        ("Une voisine, sur le dossier entier", "folders", "neighbours.py --folders 20", folders),
        ("Des études nouvelles", "studies", "studies.py", studies),
        (
            "Les documents relus, attaqués",
            "documents",
            "studies.py --documents --responses 11,30,60,120,22,40,50,75,90,105,135,150",
            documents,
        ),
        (
            "Les documents relus de deux éditions",
            "editions",
            "studies.py --editions --responses 18,40 --number 2",
            together,
        ),
    ]
    lines = [HEAD]
    for title, name, command, told in parts:
        path = tables / f"{name}.csv"
        found = _of(pd.read_csv(path), told) if path.exists() else iter(["Pas encore mesuré."])
        command = f"`nice .venv/bin/python benchmarks/{command} --out benchmarks/accepted/{name}.csv`"
        lines += [f"## {title}", "", command, "", *found, ""]
    return "\n".join(lines).rstrip() + "\n"


def _of(rows: pd.DataFrame, told: Callable[[pd.DataFrame], Iterator[str]]) -> Iterator[str]:
    """What a table says, and which code measured how many of its rows."""
    yield from told(rows)
    yield ""
    cases = rows[VERSION].value_counts().sort_index()
    by = (f"{date(one[:10])} (`{one[11:]}`) : {number(count)}" for one, count in cases.items())
    yield f"Cas mesurés, par code : {' ; '.join(by)}."


def grid(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def editions(rows: pd.DataFrame) -> Iterator[str]:
    exposed = int(rows[list(SAYS)].to_numpy().sum())
    yield (
        f"{number(2 * len(rows))} décisions faites sur {number(2 * ALL)} ; groupes exposés à qui lit tout, à une structure, à la "
        f"préfecture ou à qui rapproche les deux éditions : **{number(exposed)}**. Éditions nouvelles retenues parce que le "
        f"rapprochement en dirait trop (la population garde alors sa dernière édition) : {number(rows['kept_for_editions'].gt(0).sum())} "
        f"sur {number(rows['batch'].sum())}."
    )
    yield ""

    def line(size: object, own: pd.DataFrame) -> list[str]:
        share = 100 * own["printed"].sum() / own["reach_threshold"].sum()
        return [
            *(str(size), number(len(own)), number(own["printed"].mean(), 1), number(own["held"].mean(), 1)),
            *(number(share), number(own["withheld_for_others"].sum())),
            *(number(100 * own[name].mean()) for name in HEADLINES),
            *(number(own["decide_cpu_s"].max(), 1), number(own["peak_mib"].max())),
        ]

    head = [
        "personnes",
        "départements",
        "groupes imprimés",
        "groupes où il y a quelqu’un",
        "imprimés parmi ceux au seuil (%)",
    ]
    head += [
        "retirés pour d’autres",
        *(f"{name} (%)" for name in HEADLINES.values()),
        "décision (s, au plus)",
        "mémoire (Mio)",
    ]
    yield from grid(head, (line(size, own) for size, own in rows.groupby("persons")))


def batches(rows: pd.DataFrame) -> Iterator[str]:
    presence, others = (number(int(rows[name].gt(0).sum())) for name in ("presence", "others"))
    yield (
        f"{number(len(rows))} secondes éditions, sous les tirages seuls, où des situations de plus sont venues : de {number(rows['came'].min())} "
        f"à {number(rows['came'].max())} personnes. Retenues parce qu’il serait sûr que quelqu’un, parmi les venues, est d’un lieu, "
        f"mineur·e, trans ou d’un autre groupe dont pas même une personne ne doit l’être : {presence} ; pour autre chose : {others}."
    )
    yield ""
    found = ((*map(str, size), own) for size, own in rows.groupby(["persons", "situations"]))
    lines = (
        [size, more, number(own["came"].mean()), number(own["came"].min()), number(own["held"].sum()), number(len(own))]
        for size, more, own in found
    )
    yield from grid(["personnes", "situations venues", "personnes venues", "au moins", "retenues", "sur"], lines)


def copies(rows: pd.DataFrame) -> Iterator[str]:
    yield (
        f"{number(len(rows))} paires de copies faites sur 600, de 60 personnes, 15 % de cases vides : groupes où la personne est "
        f"prouvée être, par le solveur : **{number(rows['proven'].sum())}**. « Avant » : par un nombre qui a bougé, si chaque ensemble était "
        "tiré à neuf."
    )
    yield ""
    kinds = {"arrival": "une arrivée", "erasure": "un effacement", "correction": "une correction"}
    lines = (
        [kinds[str(kind)], number(len(own)), *(number(own[name].gt(0).sum()) for name in ("proven", "before"))]
        for kind, own in rows.groupby("kind", sort=False)
    )
    yield from grid(["entre les deux", "paires", "où un groupe est prouvé", "avant"], lines)


def ten(rows: pd.DataFrame) -> Iterator[str]:
    yield "Ce que coûte la dixième édition, décidée puis éprouvée avec les neuf autres ; ce qui y est trouvé retient l’édition."
    yield ""
    names = ("seed", "persons", "decided", "attacked", "found")
    lines = ([number(row[name], int(name in names[2:4])) for name in names] for row in rows.to_dict("records"))
    yield from grid(["graine", "personnes", "décision (s)", "épreuve (s)", "groupes trouvés"], lines)


def routed(rows: pd.DataFrame) -> Iterator[str]:
    for row in rows.to_dict("records"):
        yield (
            f"{number(row['number'])} questions tirées, dont on imprime exactement à qui elles sont posées : {number(row['told'])} réponses que "
            f"le tirage imprimerait, {number(row['withheld'])} que l’épreuve retire. Le moins de nombres que laisse une réponse imprimée, ou "
            f"ce qui en reste : **{number(row['fewest'])}** ; questions qui en laissent moins de huit : **{number(row['under'])}**."
        )


def headlines(rows: pd.DataFrame) -> Iterator[str]:
    yield (
        f"{number(len(rows))} départements tirés, sous les seuils et la loi des tirages seuls : ce qu’imprime la décision entière "
        "là où l’épreuve ne retire rien. Ce qui manque d’une tranche est de deux sortes : un nombre sous son seuil, que rien ne "
        "permet d’imprimer, et un nombre proche du seuil, que le tirage retire pour que « non publié » ne dise pas « sous le "
        "seuil »."
    )
    yield ""
    lines = (
        [
            told,
            number(100 * rows[name].mean(), 1),
            number(100 * rows[f"{name}_under"].mean(), 1),
            number(100 * rows.loc[rows[f"{name}_under"].eq(0), name].mean(), 1),
        ]
        for name, told in HEADLINES.items()
    )
    yield from grid(["", "imprimé (%)", "sous le seuil (%)", "imprimé, là où il l’atteint (%)"], lines)


def enveloped(rows: pd.DataFrame) -> Iterator[str]:
    held = number(int(rows["outside"].sum()))
    yield (
        f"{number(len(rows))} populations tirées, 15 % de cases vides à chaque question : nombres exacts ou limites exactes hors de "
        f"l’enveloppe imprimée : **{held}**. « Avant » : sans rien dire à l’épreuve de ce que les enveloppes disent des inconnues."
    )
    yield ""
    head = [
        "personnes",
        "nombres imprimés avant",
        "après",
        "parts",
        "dits comme fourchette",
        "largeur médiane (points)",
        "connue",
    ]
    names = ("before", "after", "shares", "ranges", "width", "known")
    yield from grid(
        head, ([number(size), *(number(own[one].mean(), 1) for one in names)] for size, own in rows.groupby("persons"))
    )


def growth(rows: pd.DataFrame) -> Iterator[str]:
    head = [
        "personnes",
        "décision (s)",
        "attaque de plus (s)",
        "mémoire (Mio)",
        "groupes exposés",
        "barreau de l’échelle",
    ]
    yield from grid(
        head,
        (
            [
                *(number(row.persons), number(row.decide_cpu_s, 1), number(row.attack_cpu_s, 1), number(row.peak_mib)),
                *(number(sum(getattr(row, name) for name in SAYS)), number(row.rung)),
            ]
            for row in rows.sort_values("persons").itertuples()
        ),
    )


def statements(rows: pd.DataFrame) -> Iterator[str]:
    yield (
        f"{number(len(rows))} voisines faites sur 200 : **{number(rows['unexplained'].sum())}** différence inexpliquée, "
        f"**{number(rows['false'].sum())}** nombre hors de ce qu’il est censé dire."
    )
    yield ""
    laws = rows[rows["groups"].notna()]
    if laws.empty:
        yield "Loi de chaque nombre sur toutes les clés : pas encore mesurée."
        return
    yield (
        f"Loi de chaque nombre sur toutes les clés, exacte, dans {number(len(laws))} de ces voisines : "
        f"{number(laws['groups'].sum())} groupes qu’un cas fait changer d’une unité au plus. Distance en variation totale entre "
        f"les deux lois, fois la base d’arrondi : au plus **{number(laws['alone'].max(), 2)}** où seul le tirage du groupe a "
        f"changé (1 : un pas d’arrondi), au plus {number(laws['inside'].max(), 2)} où un ensemble qui le contient a changé aussi ; "
        f"**{number(laws['beyond'].sum())}** au-delà de ce que permettent ensemble les tirages dont le nombre dépend. Où le cas "
        "fait passer le seuil s’ajoute ce que dit de n’être plus retiré : la chance d’imprimer un groupe tout juste au seuil, six "
        "sur dix au plus (`rounding.MAX_CHANCE_AT_THRESHOLD`)."
    )
    yield ""
    yield (
        "Mille clés tirées suivent cette loi : leur distance à elle, en moyenne, est "
        f"{number(laws['apart'].sum() / laws['chance'].sum(), 2)} fois celle que donne le hasard de mille tirages (soit 0,01 environ "
        "par nombre : deux séries de mille clés de la même loi diffèrent déjà de 1,4 fois cela, et une loi simulée ne peut pas "
        "prouver mieux)."
    )


def _span(numbers: pd.Series) -> str:
    least, most = number(numbers.min()), number(numbers.max())
    return most if least == most else f"{least} à {most}"


def folders(rows: pd.DataFrame) -> Iterator[str]:
    moved = rows[rows["moved"].gt(0)]
    yield (
        f"{number(len(rows))} voisines faites sur 20, d’une étude de dix-huit réponses reçue de nouveau sous la même clé : "
        f"**{number(rows['unexplained'].sum())}** différence inexpliquée dans les {_span(rows['files'])} fichiers de chacune. "
        f"Dans {number(len(moved))} d’entre elles des énoncés ont changé : leur dossier, où l’on remet les énoncés d’avant, redonne "
        "alors les documents d’avant, octet pour octet."
    )
    yield ""
    head = ["voisine", "énoncés changés", "fichiers qui diffèrent", "différences inexpliquées", "calcul (s)"]
    lines = (
        [
            *(
                f"{KINDS[row.kind]}{', un autre cas' if row.case else ''}",
                number(row.moved),
                "aucun" if row.differ == "none" else row.differ,
            ),
            *(number(row.unexplained), number(row.cpu)),
        ]
        for row in rows.itertuples()
    )
    yield from grid(head, lines)


def studies(rows: pd.DataFrame) -> Iterator[str]:
    yield (
        f"{number(len(rows))} études faites sur 12, toutes finies, sans trace d’erreur : **{number(rows['exposed'].sum())}** groupe "
        "exposé."
    )
    yield ""
    head = [
        "réponses",
        "personnes en situation de prostitution",
        "décision et attaque (s)",
        "mémoire (Mio)",
        "nombres imprimés",
    ]
    yield from grid(
        [*head, "barreau de l’échelle"],
        (
            [
                *(number(row.responses), number(row.persons), number(row.cpu, 1), number(row.memory)),
                *(number(row.printed), number(row.rungs)),
            ]
            for row in rows.sort_values("responses").itertuples()
        ),
    )


def documents(rows: pd.DataFrame) -> Iterator[str]:
    yield (
        f"{number(len(rows))} études faites sur 12 : {number(rows['groups_read'].sum())} groupes relus dans les pages, "
        f"**{number(rows['exposed'].sum())}** exposé à qui lit tout, à une structure ou à la préfecture. "
        "Ce que les pages disent comme fourchette est relu aussi par le dernier code, et ne l’était pas avant."
    )
    yield ""
    head = ["réponses", "nombres relus", "groupes relus", "groupes exposés", "calcul (s)"]
    yield from grid(
        head,
        (
            [
                *(number(row.responses), number(row.numbers_read), number(row.groups_read), number(row.exposed)),
                number(row.cpu),
            ]
            for row in rows.sort_values("responses").itertuples()
        ),
    )


def together(rows: pd.DataFrame) -> Iterator[str]:
    yield (
        "Trois éditions de chaque étude, faites et diffusées l’une après l’autre : sans les derniers à répondre, puis avec une seule "
        "réponse de plus, puis avec toutes. Les nombres relus dans les pages de chacune sont attaqués, puis ceux de chaque paire "
        f"d’éditions ensemble : **{number(rows['exposed'].sum())}** groupe exposé. Après la seule réponse, "
        f"{number(rows['newcomer_moved'].sum())} nombre de personnes n’est plus le même."
    )
    yield ""
    head = [
        "réponses",
        "personnes",
        "nombres relus",
        "changés par une réponse",
        "changés par toutes",
        "groupes exposés",
        "calcul (s)",
    ]
    yield from grid(
        head,
        (
            [
                *(number(row.responses), number(row.persons), number(row.numbers_read), number(row.newcomer_moved)),
                *(number(row.batch_moved), number(row.exposed), number(row.cpu)),
            ]
            for row in rows.sort_values("responses").itertuples()
        ),
    )
