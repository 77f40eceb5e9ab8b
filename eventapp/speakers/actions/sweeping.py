"""Pictures whose person or invitation is gone are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eventapp.clock import now
from eventapp.speakers.queries import names_in_use, portraits_folder

# A photo is written before the row that names it is committed, so young files are left alone.
AGE_SECONDS = 3600
NAME_LENGTH = 32


def delete_unused_pictures() -> int:
    """Delete portraits that no person and no invitation names any more; returns how many files. Any worker may do it."""
    aged = list(_aged_files(portraits_folder()))
    if not aged:
        return 0
    # Read after the files were listed: what is named by then stays.
    used = names_in_use()
    unused = [path for path in aged if path.name[:NAME_LENGTH] not in used]
    for path in unused:
        path.unlink(missing_ok=True)
    return len(unused)


def _aged_files(folder: Path) -> Iterator[Path]:
    youngest = now().timestamp() - AGE_SECONDS
    for path in [*folder.glob("*-*.*"), *(folder / "originals").glob("*.jpg")]:
        if path.stat().st_mtime < youngest:
            yield path
