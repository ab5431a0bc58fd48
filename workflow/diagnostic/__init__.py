"""The diagnostic départemental: pure functions on tables, one folder per phase.

collect → consolidate → estimate → release → report. Nothing here knows a path or Snakemake, except the
doors (`io`, `config`, `commands`) and the reviewer's tools (`manifest`, `explain`).
"""
