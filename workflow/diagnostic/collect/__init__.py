"""Phase collect: files as text first, then typed tables; every cell keeps its place."""
