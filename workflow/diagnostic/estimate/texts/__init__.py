"""What is said of each fact, in French: one table of texts per strand, by id or pattern of ids; no number.

An estimator reads the table of its own strand.
"""
