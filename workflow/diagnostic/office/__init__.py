"""What each office format asks beyond what a renderer writes."""
