"""Writers of one SQLite file take turns.

SQLite lets one write and has the others knock again after up to a tenth of a second: whoever is unlucky waits for ten
seconds and fails, while the file lies idle between knocks. A lock of the system wakes the next one at once, and in order.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform != "win32":
    import fcntl


class Turns:
    """The queue of everybody who writes to a database file: first the threads of this process, then the processes."""

    def __init__(self, database: str) -> None:
        self._path = f"{database}.turn"
        self._threads = threading.Lock()

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for one's turn; it is over when the block ends, or with the process."""
        with self._threads:
            if sys.platform == "win32":
                yield
                return
            # Opened anew each time: a descriptor that is inherited by a child would carry the lock along.
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)
