"""Counts of persons written in free French text: closed lists, tokens, amounts, grammar, and their reading."""
