"""The desk: a page on this machine, for people who are not programmers, over the same functions that the commands call."""
