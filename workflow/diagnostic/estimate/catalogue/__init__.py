"""The catalogue of facts: one file of entries per strand (`*.yaml`), by id or pattern of ids, read by `ids`; no number."""
