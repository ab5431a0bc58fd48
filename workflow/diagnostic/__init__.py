"""The diagnostic départemental: pure functions on tables, one folder per phase, and rooms for what all share.

collect → consolidate → estimate → release → report. The rooms and what each may read: `docs/architecture.md`.
"""
