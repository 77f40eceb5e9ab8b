"""Processes of the site that begin at once: forked from one that has read the code and done nothing else.

Reading the code takes seconds of the processor, and many tests want a site of their own. What runs is what runs elsewhere, too:
the same program with the same arguments, environment and signals.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from config import ROOT

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.ground.warm_code"])


class Fork:
    """A process that was started by `launch`, with what tests use of `subprocess.Popen`."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code once it has ended. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def launch(module: str, arguments: list[str], environment: dict[str, str], log_path: Path) -> Fork:
    """Run `python -m module arguments` with this environment; what it writes goes to the end of a file."""
    process = _forks.Process(target=_become, args=(module, arguments, environment, str(log_path)), name=module)
    process.start()
    return Fork(process)


def _become(module: str, arguments: list[str], environment: dict[str, str], log_path: str) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
