"""The tables of the report as markdown, one module a chapter: every number in them is a statement, printed through `cell`."""
