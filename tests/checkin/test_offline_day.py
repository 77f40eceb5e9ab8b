"""A day at the door: 40 devices, networks that come and go, clocks that are wrong, a server that is killed.

`EVENTAPP_DAY_SCANS=20000 pytest -s` runs the whole day and tells its figures; without it the day is a short one.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from eventapp.checkin.models import Admission, AdmissionConflict, Checkpoint, Scan
from eventapp.db import db, transaction
from eventapp.registration.models import Registration
from tests.checkin.days import Guest, Made, OfflineDevice, Site
from tests.checkin.stage import digits_of, make_checkpoint, make_crowd, make_device

SCANS = int(os.environ.get("EVENTAPP_DAY_SCANS", "800"))
DEVICES = 40
THREADS = 8
KILLS = 1 + SCANS // 5_000
GATES = {"gate": {"rule": "once"}, "hall": {"rule": "daily"}, "lounge": {"rule": "visits"}}
SEED = 20261123


@pytest.mark.both_databases
@pytest.mark.storm
@pytest.mark.timeout(1_800)
def test_a_day_of_bad_networks_loses_no_scan_and_admits_nobody_twice(app, event, serve):
    server = serve(workers=1, threads=THREADS)
    site, devices, guests = _open_the_doors(event, server.url)
    started = time.monotonic()
    kills = _run_the_day(site, devices, guests, server, serve)
    for device in devices:
        device.settle()
    seconds = time.monotonic() - started
    made = {one.body["id"]: one for device in devices for one in device.made}
    db.session.rollback()
    conflicts = _nothing_is_lost(made)
    _nobody_is_in_twice()
    _the_earliest_is_the_admission(made)
    _counts_hold()
    _repeating_changes_nothing(devices, len(made))
    offline = sum("local" in one.body for one in made.values())
    _tell(
        f"{len(made)} scans of {len(devices)} devices, {offline} offline, {kills} kills, {seconds:.0f} s, {dict(conflicts)}"
    )
    assert offline > SCANS // 10
    assert conflicts["double"] > 0
    assert conflicts["cancelled"] > 0


def _tell(day: str) -> None:
    sys.stderr.write(f"{db.engine.dialect.name}: {day}\n")


def _open_the_doors(event, url: str) -> tuple[Site, list[OfflineDevice], list[Guest]]:
    for code, values in GATES.items():
        make_checkpoint(event, code, **values)
    make_crowd(event, SCANS // 4)
    rows = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).all()
    guests = [Guest(row.public_id, digits_of(row), row.pass_serial) for row in rows]
    site, chance = Site(url), random.Random(SEED)
    devices = [
        OfflineDevice(
            name := f"Phone {number}",
            make_device(event, name),
            tuple(GATES),
            site,
            random.Random(SEED + number),
            offset_ms=chance.randint(-600_000, 600_000),
            connected=chance.random() < 0.7,
        )
        for number in range(DEVICES)
    ]
    for device in devices:
        device.sync()
        assert len(device.roster) == len(guests)
    return site, devices, guests


def _run_the_day(site: Site, devices: list[OfflineDevice], guests: list[Guest], server, serve) -> int:
    each, done = SCANS // DEVICES, Counter()

    def work(number: int) -> None:
        mine = devices[number::THREADS]
        for _ in range(each):
            for device in mine:
                device.scan(device.chance.choice(guests))
                done["scans"] += 1

    with ThreadPoolExecutor(THREADS) as pool:
        working = [pool.submit(work, number) for number in range(THREADS)]
        killer = threading.Thread(target=_kill_now_and_then, args=(site, server, serve, done))
        killer.start()
        _cancel_some(guests, done)
        for one in working:
            one.result()
        killer.join()
    return done["kills"]


def _cancel_some(guests: list[Guest], done: Counter) -> None:
    """In the middle of the day the team cancels some and makes new passes for others."""
    _wait_for(done, SCANS // 3)
    chosen = [guest.public_id for guest in guests]
    for part, values in ((chosen[::9], {"state": "cancelled"}), (chosen[1::9], {"pass_serial": 2})):
        with transaction() as session:
            change = update(Registration).where(Registration.public_id.in_(part)).values(**values)
            session.execute(change.execution_options(synchronize_session=False))


def _kill_now_and_then(site: Site, server, serve, done: Counter) -> None:
    for number in range(KILLS):
        _wait_for(done, SCANS * (2 * number + 1) // (2 * KILLS + 1))
        _kill(server)
        done["kills"] += 1
        server = serve(workers=1, threads=THREADS)
        site.url = server.url


def _kill(server) -> None:
    """No goodbye: the process that answers and the one that started it are gone at once."""
    for process in server.processes:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        for pid in (process.pid, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def _wait_for(done: Counter, scans: int) -> None:
    while done["scans"] < scans:
        time.sleep(0.02)


# -- What must be true in the evening ------------------------------------------------------------------------------


def _nothing_is_lost(made: dict[str, Made]) -> Counter:
    """Each scan is one row; whoever was let in has the admission, or is a conflict that the team is told, never both."""
    rows = db.session.scalars(select(Scan.scan_id)).all()
    assert len(rows) == len(made)
    assert set(rows) == set(made)
    let_in = {scan_id for scan_id, one in made.items() if one.let_in}
    admitted = set(db.session.scalars(select(Admission.scan_id).where(Admission.voided_at.is_(None))))
    told = dict(
        db.session.execute(
            select(Scan.scan_id, AdmissionConflict.kind).join(AdmissionConflict, AdmissionConflict.scan_id == Scan.id)
        ).all()
    )
    assert admitted & told.keys() == set()
    assert admitted | told.keys() == let_in
    return Counter(told.values())


def _nobody_is_in_twice() -> None:
    stands = Admission.voided_at.is_(None)
    twice = (
        select(Admission.registration_id)
        .where(stands)
        .group_by(Admission.registration_id, Admission.checkpoint_id, Admission.period)
        .having(func.count() > 1)
    )
    open_twice = (
        select(Admission.registration_id)
        .where(stands, Admission.left_at.is_(None))
        .group_by(Admission.registration_id, Admission.checkpoint_id)
        .having(func.count() > 1)
    )
    assert db.session.scalars(twice).all() == []
    assert db.session.scalars(open_twice).all() == []


def _the_earliest_is_the_admission(made: dict[str, Made]) -> None:
    """Of all that let in the same pass where it is let in once, the first by corrected time."""
    columns = (Scan.scan_id, Scan.registration_id, Scan.corrected_at, Checkpoint.code)
    rows = db.session.execute(
        select(*columns)
        .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
        .where(Checkpoint.code == "gate", Scan.verdict.in_(("admitted", "already_in")))
        .order_by(Scan.corrected_at)
    ).all()
    first: dict[int, str] = {}
    for row in rows:
        if made[row.scan_id].let_in:
            first.setdefault(row.registration_id, row.scan_id)
    gate = select(Checkpoint.id).where(Checkpoint.code == "gate").scalar_subquery()
    admitted = db.session.execute(
        select(Admission.registration_id, Admission.scan_id).where(
            Admission.checkpoint_id == gate, Admission.voided_at.is_(None)
        )
    )
    assert dict(admitted.all()) == first


def _counts_hold() -> None:
    is_open = (Admission.voided_at.is_(None)) & (Admission.left_at.is_(None))
    counted = select(func.count()).where(Admission.checkpoint_id == Checkpoint.id, is_open).scalar_subquery()
    for code, inside, are_in in db.session.execute(select(Checkpoint.code, Checkpoint.inside, counted)):
        assert inside == are_in, code


def _repeating_changes_nothing(devices: list[OfflineDevice], scans: int) -> None:
    before = _rows()
    db.session.rollback()
    for device in devices[:10]:
        for one, answer in device.repeat(20):
            assert answer == one.answer
    db.session.rollback()
    assert _rows() == before
    assert before[0] == scans


def _rows() -> list[int]:
    tables = (Scan, Admission, AdmissionConflict)
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
