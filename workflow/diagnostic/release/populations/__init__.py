"""Who is counted: groups of persons and of those who answered, the closed list, random rounding and what it claims."""
