"""Phase release: what may be printed, and why."""
