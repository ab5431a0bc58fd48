"""The catalogue of facts: what each one is, in French, and how it may leave the team; no number.

One file of entries per strand (`*.yaml`), by id or pattern of ids; nothing else reads meaning out of an id (`ids`).
"""
