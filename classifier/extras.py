"""Packages that are not needed to classify."""

from importlib.util import find_spec

from taxonomy.errors import JobAtlasError


def require_extra(module: str, purpose: str) -> None:
    """Say how to install what training needs, before an import of it fails.

    Args:
        module: the importable name.
        purpose: what it is needed for, to begin the message.

    Raises:
        JobAtlasError: the module is not installed.
    """
    if find_spec(module) is None:
        raise JobAtlasError(f"{purpose} needs the package {module}. Install it with: pip install 'job-atlas[train]'")
