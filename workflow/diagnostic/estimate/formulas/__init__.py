"""Formulas on numbers and arrays, without a text or a table of the study."""
