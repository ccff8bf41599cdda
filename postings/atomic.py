"""Files that are either there in full or not there at all, whatever kills the writer.

A writer works on a temporary file beside the target, so that the final rename stays within one file system. A killed
writer leaves only that temporary file: its name begins with a dot and does not end in a data suffix, so that neither
our readers nor pyarrow, DuckDB globs or pandas take it for data.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

TEMPORARY_PREFIX = ".tmp-"

ABANDONED_AFTER_SECONDS = 900.0
"""A temporary file untouched for this long has no living writer: parts and outputs are written without pauses."""


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside `path`; put it in place, on disk, when the block ends without an exception.

    Missing parent folders are made. Whatever stood at `path` is replaced. When the block raises, the temporary file is
    removed and `path` stays as it was.

    Args:
        path: where the finished file is to stand.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f"{TEMPORARY_PREFIX}{target.name}.{secrets.token_hex(4)}"
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def write_together(folder: Path, files: dict[str, bytes]) -> None:
    """Write files that belong together; none takes its place before all are on disk.

    So a full disk leaves the old ones as they were. A kill while they take their places, in order, leaves the first of
    them new and the others old: name a file that tells the others' hashes last, and a reader sees it.

    Args:
        folder: where; made if it does not exist, files of the same name are replaced.
        files: content by name, which may be a path below the folder.
    """
    with ExitStack() as writing:
        # What was entered last is put in place first.
        temporaries = {name: writing.enter_context(atomic_path(folder / name)) for name in reversed(files)}
        for name, content in files.items():
            temporaries[name].write_bytes(content)
            _sync(temporaries[name])


def remove_abandoned(folder: Path, older_than_seconds: float = ABANDONED_AFTER_SECONDS) -> list[Path]:
    """Remove the temporary files that killed writers left below a folder.

    Args:
        folder: searched with all folders below it.
        older_than_seconds: younger files are left, since their writer may be at work.

    Returns:
        What was removed.
    """
    limit = time.time() - older_than_seconds
    removed = []
    for path in sorted(folder.rglob(f"{TEMPORARY_PREFIX}*")):
        try:
            if path.is_file() and path.stat().st_mtime <= limit:
                path.unlink()
                removed.append(path)
        except FileNotFoundError:  # its writer finished between the listing and now
            continue
    return removed


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable. Windows cannot open folders and needs no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
