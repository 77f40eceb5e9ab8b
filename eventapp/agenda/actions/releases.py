"""Releases: publish the draft now or at an hour, call it off, and have a version that was published be the draft again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from eventapp.accounts.actions import record
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.agenda.actions.changing import lock_agenda
from eventapp.agenda.actions.editing import edit, refuse_limited
from eventapp.agenda.actions.live import settle_on_release
from eventapp.agenda.actions.undoing import put_rows, touch_all
from eventapp.agenda.bringing_back import brought_back
from eventapp.agenda.differences import differences
from eventapp.agenda.errors import (
    Clashes,
    HourIsPast,
    NothingToBringBack,
    NothingToRelease,
    NotScheduled,
    ReleaseIsScheduled,
)
from eventapp.agenda.history import changes_between
from eventapp.agenda.models import Release
from eventapp.agenda.queries import (
    blocking_clashes,
    content_of,
    due_releases,
    find_release,
    known_of,
    latest_release,
    next_number,
    pending,
)
from eventapp.agenda.queries import scheduled_release as scheduled
from eventapp.agenda.queries.history import last_number, rows_of_event
from eventapp.agenda.release import fingerprint, sealed, written
from eventapp.clock import now
from eventapp.db import announce, db, flush_or_refuse, transaction
from eventapp.errors import NotFound, Stale
from eventapp.events.models import Event
from eventapp.i18n import format_moment

log = structlog.get_logger("eventapp.agenda")


@dataclass(frozen=True)
class AgendaReleased:
    """A release is what the public sees from now on; `previous_id` is the release that it saw before, if any.

    Announced inside the transaction that publishes it, once for each release.
    """

    event_id: int
    release_id: int
    previous_id: int | None
    by: Actor


def release_agenda(
    event_id: int,
    *,
    by: Actor,
    note_en: str = "",
    note_zh: str = "",
    seen: str | None = None,
    publish_at: datetime | None = None,
) -> Release:
    """Publish the draft as it stands as the next release, now or at an hour to come.

    `seen` names the draft that was looked at (`Pending.seen`); if it is another one by now, nothing is released.
    Raises Stale, NothingToRelease, ReleaseIsScheduled, HourIsPast, Clashes, OutsideScope.
    """
    with transaction() as session:
        lock_agenda(event_id)
        _check_may_release(event_id, by)
        _refuse_while_scheduled(event_id)
        found, at = pending(event_id), now()
        if seen is not None and seen != found.seen:
            raise Stale
        if not found.differences:
            raise NothingToRelease
        if publish_at is not None and publish_at <= at:
            raise HourIsPast
        _refuse_clashes(event_id)
        release = Release(
            event_id=event_id,
            number=next_number(event_id),
            note_en=note_en.strip(),
            note_zh=note_zh.strip(),
            payload=written(sealed(found.draft, found.before, publish_at or at)),
            digest=fingerprint(found.draft),
            state="scheduled",
            publish_at=publish_at,
            created_at=at,
            created_by=by.id if by.kind == "user" else None,
        )
        if publish_at is None:
            _publish(release, by)
        else:
            session.add(release)
            flush_or_refuse(Stale)
            after = {"number": release.number, "publish_at": publish_at.isoformat()}
            record("schedule_release", release, by=by, event_id=event_id, after=after)
        return release


def cancel_release(event_id: int, number: int, *, by: Actor) -> None:
    """Call off a release that waits for its hour; its number stays its own. Raises NotFound, NotScheduled, OutsideScope."""
    with transaction():
        lock_agenda(event_id)
        _check_may_release(event_id, by)
        release = scheduled(event_id)
        if release is None or release.number != number:
            raise NotScheduled
        release.state = "withdrawn"
        record(
            "cancel_release", release, by=by, event_id=event_id, before={"state": "scheduled"},
            after={"state": "withdrawn"},
        )  # fmt: skip


def bring_back(event_id: int, number: int, *, by: Actor, seen: str | None = None) -> None:
    """Have a release be the draft again, as one change that can be undone; what it does not hold goes to the tray.

    People, halls and organisations that were removed since are left out. `seen` names the draft that was looked at.
    Raises NotFound, Stale, NothingToBringBack, OutsideScope.
    """
    with edit("bring_back", event_id, by=by, number=number) as change:
        _check_may_release(event_id, by)
        release, found = find_release(event_id, number), pending(event_id)
        if release is None:
            raise NotFound
        if seen is not None and seen != found.seen:
            raise Stale
        content, present = content_of(release, found.draft.zone), rows_of_event(event_id)
        rows = changes_between(present, brought_back(present, content, known_of(event_id, content.sessions)))
        # Who declined since stays noted as such: that alone is a difference, and nothing that could be brought back.
        if not rows or not differences(found.draft, content):
            raise NothingToBringBack
        touch_all(change, rows)
        put_rows(change, rows, last_number(event_id))
        record("bring_back_release", release, by=by, event_id=event_id, after={"number": number})


def publish_due_releases() -> int:
    """Publish the releases whose hour has come; how many there were. Any number of workers may try at once."""
    return sum(_publish_if_due(release_id, event_id) for release_id, event_id in due_releases(now()))


def _publish_if_due(release_id: int, event_id: int) -> bool:
    try:
        return _publish_due(release_id, event_id)
    except Exception as error:  # noqa: BLE001 - one that cannot be published must not hold up the others
        log.error("release not published", release=release_id, error=f"{type(error).__name__}: {error}")
        return False


def _publish_due(release_id: int, event_id: int) -> bool:
    with transaction() as session:
        lock_agenda(event_id)
        # Another worker, or whoever called it off, may have been faster.
        release = session.get(Release, release_id, populate_existing=True)
        if release is None or release.state != "scheduled" or release.publish_at is None or release.publish_at > now():
            return False
        _publish(release, SYSTEM)
        return True


def _publish(release: Release, by: Actor) -> None:
    before = latest_release(release.event_id)
    release.state, release.published_at = "published", now()
    db.session.add(release)
    record("release_agenda", release, by=by, event_id=release.event_id, after={"number": release.number})
    db.session.flush()
    settle_on_release(before, release, db.session.get_one(Event, release.event_id).time_zone)
    announce(AgendaReleased(release.event_id, release.id, before.id if before else None, by))


def _check_may_release(event_id: int, by: Actor) -> None:
    if db.session.get(Event, event_id) is None:
        raise NotFound
    refuse_limited(event_id, by)


def _refuse_while_scheduled(event_id: int) -> None:
    waiting = scheduled(event_id)
    if waiting is not None and waiting.publish_at is not None:
        event = db.session.get_one(Event, event_id)
        raise ReleaseIsScheduled(number=waiting.number, time=format_moment(waiting.publish_at, event.time_zone))


def _refuse_clashes(event_id: int) -> None:
    told = blocking_clashes(event_id)
    if told:
        raise Clashes([clash.sentence for clash in told], blocked=True)
