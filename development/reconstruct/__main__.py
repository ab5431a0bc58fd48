"""What `diagnostic reconstruire` starts: no rule, and no study of a team's own, needs it."""

import sys
from pathlib import Path

from diagnostic.core.errors import Refused, speak_to_any_console
from diagnostic.core.faults import guarded
from diagnostic.core.spoken import spelt


def main(study: str, seed: str) -> int:
    """Reconstruct in the current folder, which is the project's; the exit code."""
    sys.path.append(str(Path(__file__).parents[1]))
    from reconstruct.project import reconstruct

    speak_to_any_console()
    try:
        lines = guarded(lambda: reconstruct(Path.cwd(), study, int(seed)), Path("logs/reconstruire.log"))
    except Refused as error:
        print(spelt(str(error)), file=sys.stderr)
        return error.code
    print(spelt("\n".join(lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
