"""Facts on what professionals said: who answered, persons described, interviews, choices of counting."""
