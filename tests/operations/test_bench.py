"""The measuring itself works: every row of the table comes about, and no client met an answer that it did not expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.roster import main as measure_rosters
from bench.run import BEGIN, END, main, write_report
from bench.workloads import WORKLOADS


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_small_run_fills_every_row(kind, tmp_path, capfd):
    page = tmp_path / "performance.md"
    options = ["--attendees", "60", "--seconds", "1", "--clients", "2", "--databases", kind, "--workers", "1"]
    status = main([*options, "--write", str(page)])
    said = capfd.readouterr().out
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ") and "p50" not in line]
    assert "failed" not in page.read_text(), said
    assert status == 0
    assert [row.split(" | ")[0].strip("| ") for row in rows] == [
        "bare view",
        *(workload.name for workload in WORKLOADS),
    ]
    assert "MiB (PSS)" in page.read_text()


def test_what_is_written_around_the_figures_stays(tmp_path):
    page: Path = tmp_path / "performance.md"
    page.write_text(f"# Performance\n\nBefore.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n")
    write_report(page, "new")
    assert page.read_text() == f"# Performance\n\nBefore.\n\n{BEGIN}\n\nnew\n\n{END}\n\nAfter.\n"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_roster_is_measured(kind, capfd):
    assert measure_rosters(["--attendees", "60", "--databases", kind]) == 0
    rows = [line.split(" | ") for line in capfd.readouterr().out.splitlines() if kind in line]
    guests = {row[0].strip("| "): int(row[2]) for row in rows}
    assert guests["nothing new"] == 0
    assert guests["one guest came"] == 1
    assert guests["first sync"] == guests["everybody has another seat"] > 50
