"""`python -m diagnostic`: the program `diagnostic`."""

import sys

from diagnostic.commands.program import main

if __name__ == "__main__":
    sys.exit(main())
