"""Whole studies, drawn with their truth, walked by a team's own commands and judged.

Written from the documentation alone: nothing here is read from the package, from its trial answers or from the tests, so
that what they take for granted is not taken for granted here. One module a thing:

- `axes`: what may differ from one study to the next, in one table; `pairs`: studies that hold every pair of values;
- `codebook`: the questionnaire, read as the public table that it is; `names`: départements, and what a team may be called;
- `world`, `people`, `sites`: a study's truth; `expected`: what its numbers must then be;
- `tables`, `exports`: the files of a team that saw this world; `coding`: what it notes of drawn ads;
- `player`: the commands; `judge`, `documents`: what became of them; `page`: what is told.
"""
