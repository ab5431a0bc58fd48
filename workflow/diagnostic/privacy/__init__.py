"""The vault, and what looks for personal data in everything that leaves it."""
