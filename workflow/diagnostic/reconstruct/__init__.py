"""Microdata that a publication's figures allow, where its own were never published: a test of arithmetic, not a truth."""
