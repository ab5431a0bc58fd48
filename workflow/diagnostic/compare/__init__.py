"""Studies side by side: their methods first, then their numbers, each with what it may be compared with."""
