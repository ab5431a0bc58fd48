"""The named rules of counting and estimation: a default applied has a name, is counted and is shown."""

from __future__ import annotations

CEILING = 10  # persons at most in a situation whose answer sets no limit, unless the study declares another number
RULES = {
    # consolidate
    "lieu_non_ventile": "Lieu vide : l'annonce est comptée dans le total, sans commune.",
    "lieu_non_precise": "Lieu vide : l'entretien est compté, sans ville.",
    "derniere_fenetre": "Plusieurs décomptes du même site et du même lieu : le plus récent est retenu.",
    "collectif_non_precise": "Réponse collective sans nombre : elle compte pour deux professionnel·les, le moins possible.",
    "effectif_non_precise": "Nombre de personnes non précisé : la situation compte pour une personne.",
    "plus_petit_nombre": "Plusieurs nombres ou une fourchette : le plus petit est retenu, comme dans l'étude de référence.",
    "plafond_declare": "Situation dont la réponse ne fixe pas de limite : la borne haute y compte le plafond déclaré de l'étude.",
    "hors_fenetre": "Faits plus anciens que la première année comptée par l'étude : la situation est mise de côté.",
    "nombre_central": "Fourchette comptée par son milieu, blanc par la moyenne des nombres écrits : à titre de comparaison.",
    "doublons_reunis": "Descriptions des mêmes personnes, selon l'équipe : le plus petit groupe est compris dans le plus grand.",
    "doublons_a_trancher": "Paires semblables sans décision : comptées à part, la borne basse les réunit autant qu'il est possible.",
    "groupe_mixte": "Groupe où plusieurs réponses qui s'excluent sont cochées : au moins une personne par réponse, les autres sont inconnues.",
    "groupe_entier": "Groupe où plusieurs réponses qu'une personne peut réunir sont cochées : chacune compte pour tout le groupe, « jusqu'à » ; la borne basse est d'une personne.",
    "une_personne_par_reponse": "Groupe où plusieurs réponses sont cochées : chacune compte pour une seule personne, à titre de comparaison.",
    "autre_non_code": "« Autre » suivi d'un texte que personne n'a codé ne renseigne pas sur les autres réponses.",
    "autre_renseigne": "« Autre » seul compte comme une réponse connue, à titre de comparaison.",
    "rencontre_non_precisee": "Nombre de professionnel·les rencontré·es non précisé : l'entretien compte pour un·e.",
    "deja_repondu_non_precise": "Nombre de rencontré·es ayant aussi répondu au questionnaire non précisé : aucun·e n'est retiré·e.",
    "situation_vide": "Situation sans aucune réponse : elle est mise de côté.",
    "etat_non_precise": "État du site non précisé : le site est gardé dans le registre.",
    "second_codage": "Annonce codée par deux personnes : le second codage ne sert qu'à mesurer l'accord.",
    "groupes_par_personne": "Numéro de groupe donné par plusieurs personnes qui codent : chacune a numéroté les siens, sauf si l’étude dit qu’ils sont communs.",
    "annonce_hors_champ": "Place vide ou annonce sans rapport : elle sort du domaine, et aucune autre ne la remplace.",
    "ancienne_pertinence": "« Non » d'une ancienne feuille : lu comme hors du domaine, sans savoir si l'annonce avait disparu.",
    "place_non_vue": "Annonce disparue, page inaccessible ou doute : une non-réponse ; les autres places de sa liste la représentent.",
    "axe_non_precise": "Axe d’accompagnement non précisé : la structure n’y est pas comptée, et la borne haute l’y compte.",
    "codages_en_desaccord": "Situation codée différemment par deux personnes : le premier codage donne la valeur, les bornes vont de l'un à l'autre jusqu'à un arbitrage.",
    # estimate, questionnaire and interviews
    "entretien_avec_situation": "Entretien où une situation est décrite : tou·tes les rencontré·es l'ont identifiée.",
    "non_pose_compte_non": "Question non posée : comptée comme une absence de réponse « oui » dans la base de tou·tes les répondant·es.",
    "poids_des_reponses": "Une réponse collective compte pour une réponse, et non pour ses professionnel·les : à titre de comparaison.",
    "une_par_situation": "Une situation compte pour une, quel que soit son nombre de personnes : à titre de comparaison.",
    # estimate, Internet
    "miroirs_regroupes": "Les sites d'un même groupe miroir montrent les mêmes annonces : le groupe compte une fois.",
    "extrapolation_pages": "Site trop grand : le total est estimé à partir des pages lues (rapport aux annonces affichées).",
    "taille_cochran": "Taille d'échantillon de Cochran avec correction de population finie, arrondie à l'entier supérieur.",
    "plus_forts_restes": "Répartition proportionnelle aux plus forts restes ; à reste égal, l'ordre du registre décide.",
    "plancher": "Chaque site non vide reçoit au moins le plancher ; un site qui n'a pas plus d'annonces est pris entier.",
    "bornes_pages": "Les pages lues de certains sites ne sont pas celles que le tirage désigne : leur poids n'a que des bornes.",
    "tirage_repetable": "Chaque place porte un nombre au hasard permanent : même graine, mêmes annonces ; un tirage plus grand garde les premières.",
    "premier_codage": "Annonce codée par plusieurs personnes : le premier codage compte.",
    "poids_de_sondage": "Chaque annonce codée vaut les annonces de sa liste divisées par celles qui y ont été codées ; les places hors du domaine gardent leur poids.",
    "partage_des_poids": "Une personne qui publie m annonces : chacune compte pour 1 ÷ m.",
    "copies_dans_le_champ": "Les copies sont comptées sur les sites du champ : celles des miroirs écartés ne comptent pas.",
    "taux_arrondi": "Le taux publié, arrondi à l'entier, multiplie le total ; le résultat est arrondi à l'unité.",
    "non_identifie": "Le nombre ne se déduit pas du taux publié : la lecture du taux change le résultat.",
    # estimate, press and interviews
    "annee_rubrique": "L'article compte dans l'année de la rubrique où il est classé.",
    "annee_imprimee": "L'article compte dans l'année de sa date imprimée.",
}
