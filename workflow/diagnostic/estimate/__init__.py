"""Phase estimate: tables into facts, each with its base, interval and rules."""
