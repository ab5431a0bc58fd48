"""The former place of the command."""

from diagnostic.commands.program import main

__all__ = ["main"]

if __name__ == "__main__":
    import sys

    sys.exit(main())
