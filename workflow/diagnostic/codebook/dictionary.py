"""The dictionary of variables that people read: one self-contained web page, and a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import jinja2

from diagnostic.codebook import words
from diagnostic.codebook.indicators import Indicator
from diagnostic.codebook.model import Block, Codebook, Option, TableDef, Text, Variable
from diagnostic.core.french import number, plural, typographic
from diagnostic.core.written import as_csv

COLUMNS = (
    *("table", "variable", "bloc", "libellé", "question", "aide", "avertissement", "type", "réponses", "unité"),
    *(
        "univers",
        "demandée",
        "bloc répété",
        "confidentialité",
        "accord requis",
        "présente",
        "HTCDS",
        "variable publiée",
    ),
)


@dataclass(frozen=True)
class Entry:
    """A variable as the dictionary shows it: everything in words."""

    variable: Variable
    options: tuple[Option, ...]
    warning: str
    expected: str
    unit: str
    universe: str
    asked: str
    repeat: str
    privacy: str
    consent: str
    shape: str
    htcds: str


def entry(codebook: Codebook, variable: Variable) -> Entry:
    """One variable in words."""
    table = codebook.tables[variable.table]
    consent = next((v.label for v in codebook.variables if v.name == variable.consent), "") if variable.consent else ""
    fit = words.FITS[variable.htcds_fit]
    return Entry(
        variable=variable,
        options=codebook.options(variable),
        warning=codebook.warning(variable),
        expected=typographic(words.expected(variable)),
        unit=words.UNITS[variable.unit],
        universe=variable.universe,
        asked=words.who(codebook, variable),
        repeat=table.label if table.parent and table.form else "",
        privacy=typographic(words.PRIVACY[variable.privacy]),
        consent=consent,
        shape=words.SHAPES[variable.shape],
        htcds=f"{variable.htcds} ({fit})" if variable.htcds else "",
    )


def _home(codebook: Codebook, table: TableDef) -> Iterator[Variable]:
    """The variables that are defined in a table, those of unrolled forms too; included ones are told once, at home."""
    return (v for v in codebook.variables if v.table == table.name and v.type != "note")


def to_csv(codebook: Codebook) -> bytes:
    """The dictionary as CSV (semicolon, byte order mark: it opens in a French Excel), one line per variable."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for table in codebook.tables.values():
        for variable in _home(codebook, table):
            told = entry(codebook, variable)
            answers = " | ".join(f"{option.code} = {option.label}" for option in told.options)
            block = codebook.blocks[variable.block].label
            rows.append(
                (
                    *(table.name, variable.name, block, variable.label, variable.question, variable.help, told.warning),
                    *(told.expected, answers, told.unit, told.universe, told.asked or "toujours", told.repeat),
                    *(told.privacy, told.consent, told.shape, told.htcds, " ".join(variable.published_ref)),
                )
            )
    return as_csv(rows, ";").encode("utf-8-sig")


def _base(codebook: Codebook, one: Indicator) -> str:
    """What narrows the base of an indicator, in words."""
    labels = {variable.name: variable.label for variable in codebook.variables}
    return typographic(f"renseigné : {labels[one.told]}") if one.told else words.counted(codebook, one.within)


def to_page(codebook: Codebook) -> bytes:
    """The dictionary as one web page: no script, no network, readable on a phone and on paper."""
    tables = []
    count = 0
    for table in codebook.tables.values():
        blocks: list[tuple[Block, list[Entry]]] = []
        for block in codebook.blocks.values():
            entries = [entry(codebook, v) for v in _home(codebook, table) if v.block == block.name]
            count += len(entries)
            if entries:
                blocks.append((block, entries))
        included = codebook.tables[table.includes].label if table.includes else ""
        tables.append((table, blocks, included))
    shown: list[Text] = [text for text in codebook.texts.values() if text.title]
    total = f"{number(count)} {plural(count, 'variable')} dans {number(len(tables))} {plural(len(tables), 'table')}"
    page = _PAGE.render(
        tables=tables,
        indicators=[(one, words.counted(codebook, one.asked), _base(codebook, one)) for one in codebook.indicators],
        texts=shown,
        total=typographic(total),
        units=words.UNITS,
        version=codebook.version,
        t=typographic,
    )
    return page.encode()


_JINJA = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
_PAGE = _JINJA.from_string("""\
<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Dictionnaire des variables</title>
<style>
:root { --ink: #1d1d1f; --paper: #fff; --line: #767676; --soft: #f3f3f1; --link: #0b4f8a; --quiet: #595959; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f0ee; --paper: #1a1a1c; --line: #9a9a9a; --soft: #29292c; --link: #8fc7ff; --quiet: #b9b9b4; }
}
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--link); }
h1 { font-size: 1.75rem; line-height: 1.25; }
h2 { font-size: 1.35rem; margin: 3rem 0 .5rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
h4 { font-size: 1rem; margin: 0; }
nav ul { columns: 2 18rem; padding-left: 1.2rem; }
.quiet { color: var(--quiet); }
article { border: 1px solid var(--line); border-radius: .25rem; padding: .75rem 1rem; margin: .75rem 0; }
article:target { outline: 3px solid var(--link); }
code { background: var(--soft); padding: 0 .25em; overflow-wrap: anywhere; }
td code { white-space: nowrap; }
dl { display: grid; grid-template-columns: minmax(7rem, 10rem) 1fr; gap: .15rem 1rem; margin: .5rem 0 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.question { font-size: 1.05rem; margin: .25rem 0; }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; }
caption { text-align: left; color: var(--quiet); }
th, td { text-align: left; vertical-align: top; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; }
.child { padding-left: 1.5rem; }
.wide { overflow-x: auto; }
summary { cursor: pointer; color: var(--link); margin-top: .5rem; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print { article { break-inside: avoid; } nav { display: none; } }
</style>
</head>
<body>
<main>
<h1>Dictionnaire des variables</h1>
<p>{{ total }}. Version du livre de codes&nbsp;: <code>{{ version }}</code>.</p>
<p>Chaque variable est définie une fois&nbsp;; le questionnaire, les classeurs à remplir et les contrôles viennent de
cette définition. «&nbsp;Ne sait pas&nbsp;» est une réponse, distincte de l’absence de réponse et de la question
non posée.</p>
<nav aria-label="Tables">
<ul>
{% for table, blocks, included in tables %}
<li><a href="#{{ table.name }}">{{ table.label }}</a></li>
{% endfor %}
<li><a href="#indicateurs">Indicateurs</a></li>
<li><a href="#textes">Textes affichés</a></li>
</ul>
</nav>
{% for table, blocks, included in tables %}
<section aria-labelledby="{{ table.name }}">
<h2 id="{{ table.name }}">{{ table.label }}</h2>
<p>{{ table.description }} <span class="quiet">Table <code>{{ table.name }}</code>, classeur
<code>{{ table.workbook }}</code>, feuille «&nbsp;{{ table.sheet }}&nbsp;», clé
{% for key in table.key %}<code>{{ key }}</code>{{ ", " if not loop.last }}{% endfor %}.</span></p>
{% if included %}
<p>S’y ajoutent toutes les variables de «&nbsp;{{ included }}&nbsp;».</p>
{% endif %}
{% for block, entries in blocks %}
<h3>{{ block.label }}</h3>
{% for e in entries %}
<article id="{{ table.name }}.{{ e.variable.name }}" aria-labelledby="{{ table.name }}.{{ e.variable.name }}.nom">
<h4 id="{{ table.name }}.{{ e.variable.name }}.nom">{{ e.variable.label }} <code>{{ e.variable.name }}</code></h4>
{% if e.variable.question != e.variable.label %}<p class="question">{{ e.variable.question }}</p>{% endif %}
{% if e.variable.help %}<p class="quiet">{{ e.variable.help }}</p>{% endif %}
<dl>
{% for term, told in [("Attendu", e.expected), ("Avertissement", e.warning), ("Unité", e.unit),
  ("Univers", e.universe), ("Demandée", e.asked), ("Bloc répété", e.repeat), ("Confidentialité", e.privacy),
  ("Accord requis", e.consent), ("Présente", e.shape if e.variable.shape else ""), ("HTCDS 2.0", e.htcds),
  ("Questionnaire 2020", e.variable.published_ref|join(", "))] if told %}
<dt>{{ term }}</dt><dd>{{ told }}</dd>
{% endfor %}
</dl>
{% if e.options %}
<details{{ " open" if e.options|length <= 6 }}>
<summary>{{ e.options|length }} réponses</summary>
<div class="wide">
<table>
<caption>Réponses à {{ e.variable.label }}, liste <code>{{ e.variable.list }}</code></caption>
<thead><tr><th scope="col">Code</th><th scope="col">Libellé</th><th scope="col">Autres écritures reconnues</th></tr></thead>
<tbody>
{% for o in e.options %}
<tr><td><code>{{ o.code }}</code></td>
<th scope="row"{% if o.parent %} class="child"{% endif %}>{{ o.label }}{% if o.exclusive and e.variable.type == "multiple" %}
 <span class="quiet">(seule)</span>{% endif %}</th>
<td>{{ t(o.aliases|join(", ")) }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</details>
{% endif %}
</article>
{% endfor %}
{% endfor %}
</section>
{% endfor %}
<section aria-labelledby="indicateurs">
<h2 id="indicateurs">Indicateurs</h2>
<p>Ce que compte chaque indicateur tiré de ces réponses&nbsp;; ceux qui viennent d’ailleurs (annonces, presse) n’y sont pas.</p>
<div class="wide">
<table>
<caption>Indicateurs, dans l’ordre du fichier</caption>
<thead><tr><th scope="col">Identifiant</th><th scope="col">Libellé</th><th scope="col">Unité</th><th scope="col">Ce qui est
compté</th><th scope="col">Parmi</th></tr></thead>
<tbody>
{% for one, asked, within in indicators %}
<tr><td><code>{{ one.fact_id }}</code></td><th scope="row">{{ t(one.label) }}</th><td>{{ units[one.unit] }}</td>
<td>{{ asked }}</td><td>{{ within }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
<section aria-labelledby="textes">
<h2 id="textes">Textes affichés</h2>
{% for text in texts %}
<h3>{{ text.title }}</h3>
<p>{{ text.body }}</p>
{% endfor %}
<h3>Correspondance HTCDS</h3>
<p>Les termes anglais renvoient au <span lang="en">Human Trafficking Case Data Standard</span> 2.0 de l’Organisation
internationale pour les migrations (licence CC BY 4.0). La prostitution n’est pas la traite&nbsp;: la correspondance
aide à lire, elle ne sert à aucun export de cas individuels.</p>
</section>
</main>
</body>
</html>
""")
