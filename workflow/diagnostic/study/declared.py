"""What a team declares: the choices of all studies, a study, the origin of each file; every key with its French meaning."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from diagnostic.collect.answers import CALIBRATED, CIRCULATIONS, SAMPLES
from diagnostic.collect.table_names import FORMATS, INPUTS, ROLES, WORKBOOKS, may_be_public
from diagnostic.core import french
from diagnostic.core.counting import CEILING, MOST_COPIES
from diagnostic.core.declarations import Day, FileName, Folder, Line, Section, Text
from diagnostic.core.doublets import INCLUSIVE, WAYS


class Sampling(Section):
    """How the sample of ads is sized and shared out between the sites."""

    margin: float = Field(ge=0.001, le=0.45, description="Marge d’erreur demandée pour une proportion de l’ensemble.")
    confidence: float = Field(ge=0.55, le=0.9999, description="Niveau de confiance de cette marge.")
    proportion: float = Field(ge=0.01, le=0.99, description="Proportion supposée ; 0.5 est la moins favorable.")
    floor: int = Field(
        ge=0, le=10_000, description="Annonces codées au moins sur chaque site qui en a : une variance en demande 2."
    )
    convention: Literal["raise", "reserve"] = Field(
        description="Place du plancher : `raise` y porte les sites qui sont dessous et repartage le reste ; "
        "`reserve` porte les parts entières au plancher, puis les plus fortes fractions servent."
    )
    seed: int = Field(
        ge=0,
        le=2**32 - 1,
        description="Graine du tirage : la même graine et le même champ redonnent les mêmes annonces.",
    )
    design_effect: float = Field(ge=0.1, le=100, description="Effet de sondage attendu ; 1 pour un tirage simple.")
    loss: float = Field(ge=0, le=0.95, description="Part d’annonces tirées que l’on s’attend à ne plus trouver.")
    double_share: float = Field(ge=0, le=1, description="Part des annonces tirées que deux personnes codent.")
    relative_error: float = Field(
        default=0.25,
        ge=0.01,
        le=10,
        description="Erreur type, en part du nombre, au-delà de laquelle un nombre estimé d’annonces est marqué « peu précis ».",
    )
    most_copies: int = Field(
        default=MOST_COPIES,
        ge=1,
        le=10_000,
        description="Annonces d’une même personne, au plus, où le codage ne fixe pas de limite : copies non cherchées, « 5 et plus ».",
    )
    domains: Literal["whole", "category", "place", "departement"] = Field(
        default="whole",
        description="Ce pour quoi la marge est demandée : l’ensemble (`whole`), ou chaque catégorie de sites (`category`), "
        "chaque lieu déclaré (`place`) ou chaque département d’une étude qui en a plusieurs (`departement`) à lui seul, ce "
        "qui demande bien plus d’annonces.",
    )


class Report(Section):
    renderer: Literal["embarqué", "quarto"] = Field(
        description="Moteur du rapport : `embarqué` (pandoc et Typst, fournis avec l’environnement) ou `quarto`, là où "
        "il est installé."
    )
    repository: str = Field(
        default="", description="Adresse où le code se trouve, que le dossier de vérification imprime ; vide : aucune."
    )


class Geography(Section):
    """Where the outlines of communes come from, for the studies that bring none."""

    fetch: bool = Field(
        default=True,
        description="Télécharger une fois les contours publics, épinglés par leur empreinte ; `false` : jamais de réseau, "
        "et pas de carte sans fichier de contours.",
    )
    cache: Folder = Field(
        default=".geographie",
        description="Dossier où la copie est gardée, hors des résultats ; peut servir à plusieurs projets.",
    )


class Encryption(Section):
    """With which public keys the vault is encrypted."""

    recipients: list[Text] = Field(
        min_length=1,
        description="Clés publiques age (`age1…`) qui chiffrent le coffre ; le fichier de la clé secrète est nommé par "
        "la variable d’environnement `DIAGNOSTIC_AGE_IDENTITY`.",
    )


class Shared(Section):
    """`config/config.yaml`: the choices that all studies share."""

    studies: list[Text] = Field(
        min_length=1,
        description="Études à calculer, nommées « département-année » ou « région-année », chacune avec son fichier.",
    )
    sampling: Sampling = Field(description="Échantillon d’annonces à coder : taille et répartition entre les sites.")
    preset: str = Field(
        default="",
        description="Jeu de règles de publication, à la place de celui de `config/release.yaml` : `strict`, `brouillon`…",
    )
    report: Report = Field(description="Fabrication du rapport.")
    geography: Geography = Field(default=Geography(), description="Contours des communes, pour les cartes.")
    vault: Encryption | None = Field(
        default=None, description="Chiffrement du coffre ; sans lui, le disque entier doit être chiffré."
    )


class Counting(Section):
    """How the persons whom professionals describe are counted."""

    ceiling: int = Field(
        default=CEILING,
        ge=1,
        le=1000,
        description="Personnes au plus dans une situation dont la réponse ne fixe pas de limite (sans nombre, « plusieurs », "
        "« au moins 2 ») : un choix déclaré, imprimé à côté de la borne haute.",
    )
    first_year: int | None = Field(
        default=None,
        ge=1990,
        le=2100,
        description="Première année des faits comptés ; une situation plus ancienne est mise de côté, une situation sans "
        "année est comptée. Sans cette clé, toutes le sont. Une étude réelle qui en suit une autre du même département la demande : "
        "les mêmes personnes ne sont pas arrondies sous deux clés.",
    )


class Publication(Section):
    """The earlier publication that `published_figures` transcribes."""

    citation: Line = Field(description="Comment citer la publication.")
    pages: Line | None = Field(default=None, description="Pages où elle décrit les personnes : « pages 26 à 37 ».")
    duplicate_rate: Text | None = Field(
        default=None, description="Identifiant du chiffre publié qui donne la part d’annonces en double."
    )
    reference_population: Text | None = Field(
        default=None, description="Identifiant du chiffre publié qui donne le nombre d’annonces d’une étude voisine."
    )
    persons_seen: Text | None = Field(
        default=None,
        description="Identifiant du chiffre publié qui donne les personnes vues par deux sources réunies, sans leur recoupement.",
    )
    outreach: Text | None = Field(
        default=None,
        description="Début des identifiants des chiffres publiés d’une action d’aller-vers citée : `marseille`, pour "
        "`marseille.sessions`, `.sms`, `.replies`, `.exchanges` et `.met`.",
    )


class Outlines(Section):
    """The team's own outlines of communes, instead of the public ones."""

    file: FileName = Field(
        description="GeoJSON des communes, en degrés (WGS 84), dans `resources/studies/{étude}/`, avec sa fiche d’origine."
    )
    vintage: Line = Field(description="Millésime des contours, imprimé sous les cartes.")
    properties: dict[
        Literal["code", "name", "arrondissement", "arrondissement_name", "epci", "epci_name", "population"], Text
    ] = Field(default={}, description="Donnée → propriété qui la porte dans le fichier, quand son nom est autre.")


class Logo(Section):
    """The team's logo, on the first page of its documents."""

    file: FileName = Field(
        description="PNG ou SVG, dans `config/studies/{étude}/`, de 300 ko au plus ; un SVG sans script ni lien."
    )
    alt: Line = Field(description="Ce que lit qui ne voit pas l’image : « Logo de la préfecture ».")


class Study(Section):
    """`config/studies/{study}.yaml`: one study's place, dates and inputs."""

    departement: Text | None = Field(
        default=None, description="Code Insee du département, avec son zéro : 01, 2A, 62, 974."
    )
    departements: list[Text] = Field(
        default=[],
        description="À la place de `departement`, pour une étude de plusieurs : leurs codes, `[22, 29, 35, 56]`. Une "
        "collecte, un registre de sites, un échantillon ; les nombres sont ceux de la région et de chaque département.",
    )
    region: Line | None = Field(
        default=None, description="Ce que le rapport dit de plusieurs départements ensemble : Bretagne."
    )
    edition: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] = Field(description="Année de l’édition.")
    title: Line = Field(description="Titre du rapport.")
    team: Line = Field(description="Équipe qui signe le rapport.")
    contact: Line | None = Field(
        default=None,
        description="À qui s’adresser, imprimé dans les documents : un service et sa page, ni personne, ni numéro, ni messagerie.",
    )
    logo: Logo | None = Field(
        default=None, description="Logo de l’équipe, en première page de chaque document ; sans cette clé, aucun."
    )
    ecriture: Literal[*WAYS] = Field(  # type: ignore[valid-type]
        default=INCLUSIVE,
        description="Comment les documents nomment les deux genres : `inclusive` (« les professionnel·les ») ou `doublets` (« les "
        "professionnelles et les professionnels », sans point médian, ce que dit la circulaire du 21 novembre 2017).",
    )
    period_start: Day = Field(description="Premier jour de la période étudiée.")
    period_end: Day = Field(description="Dernier jour de la période étudiée.")
    report_date: Day = Field(description="Date que portent les documents.")
    fictional: bool = Field(default=False, description="Étude inventée : le rapport le dit dès son en-tête.")
    inputs: dict[Literal[*INPUTS, *WORKBOOKS], FileName] = Field(  # type: ignore[valid-type]
        description="Rôle → nom du fichier, dans `resources/studies/{étude}/` : un CSV, ou un classeur rempli pour "
        + ", ".join(f"`{name}`" for name in WORKBOOKS)
        + ". Un rôle absent donne une table vide."
    )
    received: dict[Literal[*ROLES], Literal[*FORMATS]] = Field(  # type: ignore[valid-type]
        default={},
        description="Rôle → format de l’export personnel rangé dans le coffre par « diagnostic recevoir » : "
        + ", ".join(f"`{name}` ({label})" for name, label in FORMATS.items())
        + ".",
    )
    final: bool = Field(
        default=False,
        description="Édition définitive ; refusée tant que le dossier de conformité d’une étude réelle a des blancs.",
    )
    circulation: Literal[*CIRCULATIONS] = Field(  # type: ignore[valid-type]
        default=CIRCULATIONS[0],
        description="À qui le rapport peut aller, ce que chaque page dit ; un brouillon reste dans l’équipe : "
        + ", ".join(f"`{name}`" for name in CIRCULATIONS)
        + ".",
    )
    sampling: Sampling | None = Field(
        default=None, description="Choix d’échantillon propres à l’étude, en entier, à la place des choix communs."
    )
    coded_sample: Literal[*SAMPLES] | None = Field(  # type: ignore[valid-type]
        default=None,
        description="Comment l’équipe a choisi les annonces de `coded_ads`, quand ce ne sont pas celles que le projet tire : "
        + ", ".join(f"`{code}` ({meaning})" for code, meaning in SAMPLES.items())
        + ". Tous donnent estimations et intervalles, sauf le dernier, qui décrit les annonces codées et elles seules. De pages "
        "tirées d’abord, il faut la feuille des pages lues, et la page de chaque annonce codée. De sites tirés d’abord, un par groupe "
        "miroir, seuls les sites tirés sont décomptés, et le registre les a tous.",
    )
    coded_calibration: Literal["sites"] | None = Field(
        default=None,
        description="Caler les poids des annonces de `coded_ads` sur des totaux connus : `sites`, le nombre d’annonces de chaque "
        "site décompté en entier. Seulement d’un tirage `"
        + "` ou `".join(CALIBRATED)
        + "` ; ailleurs les poids les donnent déjà. Le nombre sans calage est imprimé à côté.",
    )
    coded_groups: Literal["own", "common"] = Field(
        default="own",
        description="Comment les groupes d’annonces de `coded_ads` sont numérotés quand plusieurs personnes codent : `own` "
        "(chacune les siens, à partir de G001) ou `common` (ensemble : un numéro est le même groupe chez toutes). Un groupe fait de renvois "
        "(« doublon de l’annonce n° 12 ») est le même chez toutes.",
    )
    publication: Publication | None = Field(
        default=None, description="La publication dont `published_figures` transcrit les chiffres."
    )
    counting: Counting = Field(default=Counting(), description="Comptage des personnes décrites.")
    outlines: Outlines | None = Field(
        default=None, description="Contours de l’équipe pour les cartes ; sans eux, les contours publics."
    )

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its départements, of which most studies have one."""
        return tuple(self.departements) or ((self.departement,) if self.departement else ())

    @property
    def period(self) -> str:
        """« de septembre 2018 à juin 2019 »."""
        months = [french.month(f"{day:%Y-%m}") for day in (self.period_start, self.period_end)]
        return f"de {months[0]} à {months[1]}".replace("de a", "d’a").replace("de o", "d’o")

    @property
    def regional(self) -> bool:
        """Whether it is a study of several départements."""
        return len(self.codes) > 1


class Origin(Section):
    """Where a file comes from."""

    title: Text = Field(description="Ce que le fichier contient.")
    origin: Literal["observed", "transcribed", "reconstructed"] = Field(
        description="`observed` : relevé par l’équipe ; `transcribed` : recopié d’une publication ; "
        "`reconstructed` : déduit de chiffres publiés."
    )
    source: Text = Field(description="D’où vient le contenu.")
    lines: str = Field(default="", description="Lignes ou pages de la source.")
    licence: Text = Field(description="Licence du contenu.")
    date: Day = Field(description="Jour de l’export ou de la transcription.")
    trial: bool = Field(
        default=False,
        description="Contenu d’essai, engendré par « diagnostic creer » : à remplacer avant de dire l’étude réelle.",
    )
    history: list[dict[str, str]] = Field(
        default=[], description="Empreintes précédentes, avec leur jour ; la commande qui accepte le fichier les écrit."
    )


class Sidecar(Origin):
    """`{input}.meta.yaml`: where a file comes from, and the digest it had when it was accepted."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(
        description="Empreinte du fichier accepté ; `diagnostic sceller` l’écrit."
    )
    public: bool | None = Field(
        default=None,
        description="Le contenu est public, ou peut l’être : le rapport en donne l’empreinte, les cellules et les lignes. "
        "Sans cette ligne, ce qui est transcrit d’une publication est public, le reste ne l’est pas. Admis, de ce que l’équipe a "
        "noté, pour ce que le rapport montre en entier seulement : "
        + ", ".join(f"`{role}`" for role in (*INPUTS, *WORKBOOKS) if may_be_public(role))
        + ".",
    )

    blanks: list[str] = Field(
        default=[],
        description="Colonnes dont une case vide du fichier donné est lue comme une réponse ; `diagnostic recevoir` les écrit, de la "
        "recette.",
    )

    @property
    def is_public(self) -> bool:
        """Whether the content is public: what was transcribed from a publication is, unless its record says not."""
        return self.origin == "transcribed" if self.public is None else self.public

    @property
    def accepted(self) -> str:
        """The digest of the accepted content, with its kind."""
        return f"sha256:{self.sha256}"


class ExportSidecar(Origin):
    """`{role}.meta.yaml`: where an export of the vault comes from, and the keyed digest of its content."""

    digest: Annotated[str, StringConstraints(pattern=r"^hmac-sha256:[0-9a-f]{64}$")] = Field(
        description="Empreinte à clé de l’export accepté ; `diagnostic recevoir` l’écrit."
    )
    bands: dict[str, str] = Field(
        default={},
        description="Années de chaque tranche d’âge quand l’export est venu ; `diagnostic recevoir` les écrit.",
    )
    is_public: ClassVar[bool] = False  # what goes through the vault never is

    @property
    def accepted(self) -> str:
        """The digest of the accepted content, with its kind."""
        return self.digest
