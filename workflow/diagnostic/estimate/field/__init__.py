"""Facts of the field: press, partners, outreach, support."""
