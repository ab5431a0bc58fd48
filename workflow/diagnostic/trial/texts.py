"""What fictional respondents write: counts in words, short texts, contacts that can be no one's.

Texts hold what files are hurt by (quotes, line breaks, separators, accents, an emoji, a leading « = » or « - »,
words that software takes for a missing value), and nothing that describes or points to a real person.
"""

from __future__ import annotations

from diagnostic.codebook.model import Variable

PLACES = (
    *("Valbrune-les-Étangs", "Port-Cendré", "Saint-Amance", "L’Orée-du-Gué", "Montclair-sur-Brève"),
    *("quartier des Tanneurs, à Port-Cendré", "Œuilly-la-Fictive ; Saint-Amance"),
)
COUNTRIES = ("Pays fictif A", "Pays fictif B", "Pays fictif A ; pays fictif C", "Pays fictif D, région du nord")
ONE = ("1", "une")
COUNTS = (
    *(*ONE, "2", "3 ou 4", "une dizaine", "1", "au moins 2", "deux à cinq", "une vingtaine, dont 3 mineures", "1"),
    *("plusieurs", "?", "3", "entre 4 et 6", "1", "environ 10", "5-6", "12", "1", "deux"),
)
SHORT = (
    *("Médiation de rue", "Accueil de jour ; permanence du soir", "Dit « Le Relais », sans plus", 'Service "mobile"'),
    *("NA", "=relais associatif", "- équipe du lundi", "À préciser", "Bénévolat, tous les quinze jours", "null"),
    *("Cœur de ville, sur rendez-vous", "Formation d’une journée 🙂", "sans objet", "l'équipe pluridisciplinaire"),
)
LONG = (
    "Un accueil sans jugement, et du temps.",
    "Elle a demandé un hébergement ; puis des soins.",
    "Première rencontre : peu de paroles.\nDeuxième rencontre : une demande d’aide précise.",
    "« On ne m’avait jamais posé la question », nous a-t-elle dit.",
    'Le mot "prostitution" n\'a pas été prononcé, mais chacun·e avait compris.',
    "=> orientation vers l’association spécialisée, avec son accord",
    "- logement\n- santé\n- démarches",
    "Nous manquons d’un lieu pour parler, de temps, et d’un·e interprète.",
    "Rien à ajouter.",
    "Merci pour ce questionnaire 🙂 ; il nous aide à ouvrir le sujet.",
    "Ne sait pas",
    "Où ? À l’accueil ; quand ? Le plus souvent en fin de journée…",
    "L’équipe s’est sentie démunie, puis soutenue : un appel au 119 a suffi.",
    "N/A",
    "Ligne 1, avec une virgule\n\nLigne 3, après une ligne vide ; et un point-virgule",
    "Environ 50 % des suivis, à raison de 1,5 h par semaine.",
    "Réponses : oui, non, ne sait pas.",
)


def contact(variable: Variable, number: int) -> str:
    """A plainly fictional contact: reserved domain, telephone range that Arcep keeps for works of fiction. Of that range the
    last thousand numbers, which no study of the project has: a purge would find them there."""
    if variable.name == "email":
        return f"personne.fictive.{number}@exemple.invalid"
    if variable.name == "phone":
        return f"06 39 98 9{number // 100 % 10} {number % 100:02d}"
    return f"Personne Fictive {number}"


def pool(variable: Variable, places: tuple[str, ...]) -> tuple[str, ...]:
    """What may be written in a text box."""
    if variable.type == "count_text":
        return COUNTS
    if variable.privacy == "geography":
        return COUNTRIES if "countr" in variable.name else places
    if variable.privacy == "pseudonym":
        return tuple(f"Structure fictive {number}" for number in range(1, 31))
    return LONG if variable.type == "long_text" else SHORT
