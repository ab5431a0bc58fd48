"""Phase consolidate: counting rules; one row is one thing; no input row disappears."""
