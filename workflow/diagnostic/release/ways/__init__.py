"""The ways of release: how each decides, why, and what a reader is told of it."""
