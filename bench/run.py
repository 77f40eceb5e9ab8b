"""`make bench`: measure the site beside a view that does nothing, print one table and write it to docs/performance.md.

Everything runs on this machine: gunicorn with two processes, SQLite and PostgreSQL, 1, 8 and 32 clients. A run takes about
eight minutes, most of it waiting for the clock.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import clashes, ground
from bench.load import Measured, measure
from bench.workloads import DEEP_SLUG, WORKLOADS, Facts, Workload, chosen, one_page
from config import ROOT
from eventapp.clock import now

BARE = Workload("bare view", one_page("/"))
THREADS = 8
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
HEADER = (
    "| what | database | clients | per second | of the bare view | p50 ms | p95 ms | p99 ms | statements |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|---:|"
)


@dataclass(frozen=True)
class Cell:
    """A line of the table."""

    workload: Workload
    database: str
    clients: int
    measured: Measured
    bare: float
    statements: int | None

    @property
    def per_second(self) -> float:
        return self.measured.per_second * self.workload.units

    def line(self) -> str:
        ratio = f"{self.per_second / self.bare:.2f}" if self.bare else "1"
        spread = " | ".join(f"{self.measured.percentile(share):.1f}" for share in (0.5, 0.95, 0.99))
        statements = "" if self.statements is None else str(self.statements)
        wrong = f" ({len(self.measured.wrong)} failed: {self.measured.wrong[0]})" if self.measured.wrong else ""
        return (
            f"| {self.workload.name}{wrong} | {self.database} | {self.clients} | {self.per_second:,.0f} | {ratio} | "
            f"{spread} | {statements} |"
        )


def main(arguments: list[str] | None = None) -> int:
    asked = _asked(arguments)
    cells: list[Cell] = []
    memory = [clashes.line()]
    with tempfile.TemporaryDirectory(prefix="eventapp-bench-") as folder:
        say("\n" + HEADER)
        for kind in asked.databases:
            run_database(kind, Path(folder) / kind, asked, cells, memory)
    report = "\n".join([_where_and_when(asked), "", HEADER, *(cell.line() for cell in cells), "", *memory])
    say("\n" + "\n".join(memory))
    if asked.write:
        write_report(asked.write, report)
    return 1 if any(cell.measured.wrong for cell in cells) else 0


def run_database(kind: str, folder: Path, asked: Any, cells: list[Cell], memory: list[str]) -> None:
    """All cells over one kind of database, with the bare view measured in the same minutes."""
    folder.mkdir(parents=True)
    bare = _bare(kind, folder, asked, cells)
    with ground.database(kind, folder) as url:
        began = time.monotonic()
        facts = ground.fill(url, folder, asked.attendees, asked.clients)
        memory.append(
            f"- {kind}: {asked.attendees:,} guests and 200 sessions were made in {time.monotonic() - began:.0f} s."
        )
        counted = statements(url, folder, facts)
        with ground.site(url, folder, asked.workers) as (port, parents):
            _visit(port)
            memory.append(f"- {kind}: web server and worker at rest use {ground.memory_mib(parents):.0f} MiB (PSS).")
            for workload in WORKLOADS:
                if not asked.only or re.search(asked.only, workload.name):
                    _row(workload, kind, facts, port, asked, bare, counted, cells)
            memory.append(f"- {kind}: after all of it they use {ground.memory_mib(parents):.0f} MiB (PSS).")


def _bare(kind: str, folder: Path, asked: Any, cells: list[Cell]) -> dict[int, float]:
    speed = {}
    with ground.bare(folder, asked.workers, THREADS) as port:
        for clients in asked.clients:
            measured = measure(BARE.script, None, port, clients, asked.seconds)
            cells.append(Cell(BARE, f"(beside {kind})", clients, measured, 0, None))
            say(cells[-1].line())
            speed[clients] = measured.per_second
    return speed


def _row(
    workload: Workload, kind: str, facts: Facts, port: int, asked: Any, bare: dict[int, float],
    counted: dict[str, int], cells: list[Cell],
) -> None:  # fmt: skip
    for clients in asked.clients:
        own = replace(
            facts,
            checkpoint=f"{workload.checkpoint}-{clients}",
            clients=clients,
            batch=min(workload.units, asked.attendees),
        )
        measured = measure(workload.script, own, port, clients, asked.seconds)
        cells.append(Cell(workload, kind, clients, measured, bare[clients], counted.get(workload.name)))
        say(cells[-1].line())


def statements(url: str, folder: Path, facts: Facts) -> dict[str, int]:
    """How many statements one request of each workload sends; of a registration, the post."""
    asks: dict[str, Callable[[Any, Any], object]] = {
        "front page": lambda client, begin: (client.get("/"), begin(), client.get("/")),
        "event's front page": lambda client, begin: _twice(client, begin, f"/e/{facts.slug}/"),
        "agenda of 200 sessions": lambda client, begin: _twice(client, begin, f"/e/{facts.slug}/agenda"),
        "door search": lambda client, begin: _twice(client, begin, "/api/v1/checkin/search?q=shen", facts.tokens[0]),
        "registration (form, post, result)": lambda client, begin: _post_registration(client, begin, facts.slug),
        "registration, limited places, questions, booking": lambda client, begin: _post_registration(
            client, begin, DEEP_SLUG
        ),
    }
    for workload in WORKLOADS:
        if workload.unit == "scan":
            asks[workload.name] = _scan_asker(facts, workload.units)
    return {name: ground.statements_of(url, folder, ask) for name, ask in asks.items()}


def _twice(client: Any, begin: Any, path: str, token: str = "") -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client.get(path, headers=headers)
    begin()
    assert client.get(path, headers=headers).status_code == 200


def _scan_asker(facts: Facts, number: int) -> Callable[[Any, Any], object]:
    def ask(client: Any, begin: Any) -> None:
        codes = Path(facts.codes).read_text().split()[-2 * number :]
        for part in (codes[:number], codes[number:]):
            begin()
            scans = [{"id": str(uuid.uuid4()), "code": code, "checkpoint": "gate"} for code in part]
            headers = {"Authorization": f"Bearer {facts.tokens[0]}"}
            assert client.post("/api/v1/checkin/scans", json={"scans": scans}, headers=headers).status_code == 200

    return ask


def _post_registration(client: Any, begin: Any, slug: str) -> None:
    path = f"/e/{slug}/register"
    for turn in range(2):
        page = client.get(path).text
        fields = dict(re.findall(r'name="(form_key|notice_id)"[^>]*?value="([^"]*)"', page))
        fields |= {name: value for value, name in re.findall(r'value="([^"]*)"[^>]*?name="(form_key|notice_id)"', page)}
        typed = {"given_en": "A", "family_en": "B", "email": f"a{turn}@example.org", "language": "en", "consent": "y"}
        begin()
        answer = client.post(path, data={**fields, **typed, **chosen(page.encode(), turn)})
        assert answer.status_code == 303, answer.text[:300]


def _visit(port: int) -> None:
    """A few pages, so that memory at rest is that of a site which has worked."""
    for path in ("/", "/sign-in", "/door/") * 4:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30):
            pass
    time.sleep(2)


def _where_and_when(asked: Any) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured on {now():%d %B %Y}: {os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}; gunicorn with {asked.workers} processes of {THREADS} "
        f"threads; {asked.attendees:,} registered; {asked.seconds:g} s a line; clients on the same machine."
    )


def write_report(path: Path, report: str) -> None:
    """Put the table between its two marks; what is written around it by hand stays."""
    page = path.read_text(encoding="utf-8") if path.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n\n{report}\n\n{END}{after}", encoding="utf-8")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--attendees", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--clients", type=lambda text: [int(part) for part in text.split(",")], default=[1, 8, 32])
    parser.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="a regular expression of names of rows")
    parser.add_argument(
        "--write", type=Path, default=None, help=f"write the table here, such as {ROOT.name}/docs/performance.md"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
