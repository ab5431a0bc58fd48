"""What may be claimed from the statements of a study: findings, computed, then edited and signed by the team."""
