"""The named rules of counting and estimation: a default applied has a name, is counted and is shown."""

from __future__ import annotations

RULES = {
    # consolidate
    "lieu_non_ventile": "Lieu vide : l'annonce est comptée dans le total du département, sans commune.",
    "lieu_non_precise": "Lieu vide : l'entretien est compté, sans ville.",
    "derniere_fenetre": "Plusieurs décomptes du même site et du même lieu : le plus récent est retenu.",
    "collectif_non_precise": "Réponse collective sans nombre : elle compte pour deux professionnel·les, le moins possible.",
    "effectif_non_precise": "Nombre de personnes non précisé : la situation compte pour une personne.",
    "plus_petit_nombre": "Plusieurs nombres ou une fourchette : le plus petit est retenu, comme dans l'étude de référence.",
    "situation_vide": "Situation sans aucune réponse : elle est mise de côté.",
    "etat_non_precise": "État du site non précisé : le site est gardé dans le registre.",
    # estimate, Internet
    "miroirs_regroupes": "Les sites d'un même groupe miroir montrent les mêmes annonces : le groupe compte une fois.",
    "extrapolation_pages": "Site trop grand : le total est estimé à partir des pages lues (rapport aux annonces affichées).",
    "taille_cochran": "Taille d'échantillon de Cochran avec correction de population finie, arrondie à l'entier supérieur.",
    "plus_forts_restes": "Répartition proportionnelle aux plus forts restes ; à reste égal, l'ordre du registre décide.",
    "plancher": "Chaque site non vide reçoit au moins le plancher ; un site qui n'a pas plus d'annonces est pris entier.",
    "taux_arrondi": "Le taux publié, arrondi à l'entier, multiplie le total ; le résultat est arrondi à l'unité.",
    "non_identifie": "Le nombre ne se déduit pas du taux publié : la lecture du taux change le résultat.",
    # estimate, press and interviews
    "annee_rubrique": "L'article compte dans l'année de la rubrique où il est classé.",
    "annee_imprimee": "L'article compte dans l'année de sa date imprimée.",
}
