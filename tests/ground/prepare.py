"""`python -m tests.ground.prepare`: see to it that there is a browser to test with, as far as this machine allows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.ground.browsers import SYSTEM_BROWSERS


def main() -> None:
    """Take the system's Chromium, else the package manager's, else Playwright's; say so where none can be had."""
    if _system_browser():
        return
    for install in (_by_apt, _by_playwright):
        if install():
            return
    sys.stderr.write("No browser could be installed: the browser tests will be skipped.\n")


def _system_browser() -> bool:
    return any(map(shutil.which, SYSTEM_BROWSERS))


def _by_apt() -> bool:
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    sys.stderr.write("Installing Chromium for the browser tests (once)…\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL)
    return _system_browser()


def _by_playwright() -> bool:
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode == 0


if __name__ == "__main__":
    main()
