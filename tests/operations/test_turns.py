"""Writers of one SQLite file take turns, across threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from config import ROOT
from eventapp.operations.queries import workers_alive
from eventapp.turns import Turns
from tests.operations.storms import write_again_and_again

HOLD = """
import sys, time
from eventapp.turns import Turns
with Turns(sys.argv[1]).mine():
    print("mine", flush=True)
    time.sleep(60)
"""


@pytest.mark.both_databases
@pytest.mark.storm
def test_32_writers_at_once_all_come_to_write(app, storm):
    outcomes = storm(write_again_and_again, args=(10,))
    assert [outcome for outcome in outcomes if outcome.refusal] == []
    assert workers_alive() == 320


def test_a_turn_ends_with_the_process_that_was_killed(tmp_path):
    database = str(tmp_path / "some.sqlite3")
    with subprocess.Popen([sys.executable, "-c", HOLD, database], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"mine\n"
        came: list[float] = []

        def wait() -> None:
            with Turns(database).mine():
                came.append(time.monotonic())

        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(0.3)
        assert came == []
        holder.kill()
        waiting.join(10)
        assert len(came) == 1
