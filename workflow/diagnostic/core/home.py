"""What comes with the workflow, for a project that calls it as a module from a folder of its own (templates, codebook, references)."""

from pathlib import Path

PROJECT = Path(__file__).parents[3]  # the folder that this package lies in


def whole(root: Path) -> bool:
    """Whether a project has a workflow of its own."""
    return (root / "workflow").is_dir()


def found(root: Path, path: Path | str) -> Path:
    """A file or folder from the project's root; of a project without a workflow of its own, the workflow's where it has none.
    A whole project that lacks one is told so: nothing is put in the place of what was lost."""
    own = root / path
    return own if own.exists() or whole(root) else PROJECT / path


def named(path: Path) -> str:
    """The name of a file from the root of the project that it lies in, so that stamps and manifests say the same of it in both."""
    return (path.relative_to(PROJECT) if path.is_absolute() and path.is_relative_to(PROJECT) else path).as_posix()
