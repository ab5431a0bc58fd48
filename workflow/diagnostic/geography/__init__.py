"""Reference geography: communes, intercommunalities, arrondissements and the département of a study, for its maps."""
