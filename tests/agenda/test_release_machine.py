"""Whatever is edited, undone, released, brought back and changed on the day: the public sees the last release, and over it the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda import actions
from eventapp.agenda.models import AgendaChange, AgendaItem, AgendaSession, LiveChange, LiveSession, Part, Release
from eventapp.agenda.queries import agenda_of, draft_content, find_release, public_agenda, releases_of
from eventapp.agenda.queries.live import live_agenda, live_changes_of, plan_of_delay, seen_of
from eventapp.agenda.release import fingerprint
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.errors import Refused
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from tests.agenda.stage import at, make_hall, make_person

ANY = st.integers(0, 1000)
SLOT = st.integers(0, 10)
Seen = dict[str, dict[str, Any]]
DAY_ACTIONS = {
    "start": actions.start_session,
    "end": actions.end_session,
    "cancel": actions.cancel_on_the_day,
    "reinstate": actions.reinstate_on_the_day,
}
STATUS = {"cancel": {"status": "cancelled"}, "reinstate": {"status": "planned"}}


class Setting:
    """One event with two halls and two people; emptied before every run of the machine."""

    def __init__(self, event: Event) -> None:
        self.event_id, self.opens = event.id, at(event, 9)
        self.halls = [make_hall(event).id, make_hall(event, "Garden Hall", "园林厅").id, None]
        self.people = [make_person().id, make_person("Mei").id]

    def empty(self) -> None:
        with transaction() as session:
            for model in (AgendaChange, AgendaSession, LiveChange, LiveSession, Release):
                session.execute(delete(model).where(model.event_id == self.event_id))


def seen_by_team(event: Event) -> Seen:
    """The draft as the team's pages show it, without what lies in the tray and without who declined."""
    hidden = set(
        db.session.scalars(select(AgendaSession.uuid).where(AgendaSession.event_id == event.id, AgendaSession.in_tray))
    )
    shown = _seen(agenda_of(event, None))
    return {key: values for key, values in shown.items() if key not in hidden}


def rows_of_the_day(event_id: int) -> list[Any]:
    columns = LiveSession.__table__.columns
    query = select(*columns).where(LiveSession.event_id == event_id).order_by(LiveSession.session_uuid)
    return [tuple(row) for row in db.session.execute(query)]


def _seen(days: Any) -> Seen:
    return {
        session.uuid: {
            "title": session.title.en,
            "times": (session.starts_at, session.ends_at),
            "hall": session.hall.public_id if session.hall else None,
            "status": session.status,
            "items": [
                (item.kind, item.minutes, [part.person.public_id for part in item.parts if part.reply != "declined"])
                for item in session.items
            ],
        }
        for day in days
        for session in day.sessions
    }


def test_the_public_sees_the_last_release_and_over_it_the_day(event: Event) -> None:
    setting = Setting(event)

    class Agenda(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            setting.empty()
            self.released: Seen = {}
            self.live: dict[str, tuple[datetime, datetime, str]] = {}
            self.kept: dict[int, tuple[str, str]] = {}
            self.versions: dict[str, int] = {}
            self.create(0, 0)
            self.create(3, 1)
            self.release()

        # -- The draft --------------------------------------------------------------------------------------------

        @rule(slot=SLOT, hall=st.integers(0, 2))
        def create(self, slot: int, hall: int) -> None:
            starts = setting.opens + timedelta(minutes=30 * slot)
            times = {"starts_at": starts, "ends_at": starts + timedelta(minutes=30)}
            self.edit(
                actions.create_session,
                setting.event_id,
                kind="forum",
                title_en="Forum",
                hall_id=setting.halls[hall],
                **times,
            )

        @rule(pick=ANY, title=st.sampled_from(["Forum", "Opening", "Talks"]))
        def rename(self, pick: int, title: str) -> None:
            self.edit_one(actions.change_session, AgendaSession, pick, title_en=title)

        @rule(pick=ANY, slot=SLOT, hall=st.integers(0, 2))
        def move(self, pick: int, slot: int, hall: int) -> None:
            starts = setting.opens + timedelta(minutes=30 * slot)
            times = {"starts_at": starts, "ends_at": starts + timedelta(minutes=30)}
            self.edit_one(actions.move_session, AgendaSession, pick, hall_id=setting.halls[hall], **times)

        @rule(
            pick=ANY, action=st.sampled_from(["cancel_session", "reinstate_session", "delete_session", "put_in_tray"])
        )
        def act(self, pick: int, action: str) -> None:
            self.edit_one(getattr(actions, action), AgendaSession, pick)

        @rule(pick=ANY, minutes=st.sampled_from([0, 10]), person=st.integers(0, 1))
        def add_item(self, pick: int, minutes: int, person: int) -> None:
            item = self.edit_one(actions.add_item, AgendaSession, pick, kind="speech", minutes=minutes)
            if item is not None:
                self.edit(actions.add_part, item.id, role="speaker", person_id=setting.people[person])

        @rule(pick=ANY)
        def delete_item(self, pick: int) -> None:
            self.edit_one(actions.delete_item, AgendaItem, pick)

        @rule(pick=ANY, reply=st.sampled_from(["declined", "accepted"]))
        def answer(self, pick: int, reply: str) -> None:
            self.edit_one(actions.set_reply, Part, pick, reply)

        @rule(redo=st.booleans())
        def undo(self, redo: bool) -> None:
            self.edit(actions.redo if redo else actions.undo, setting.event_id)

        # -- Releases ---------------------------------------------------------------------------------------------

        @rule()
        def release(self) -> None:
            expected = seen_by_team(get_event(setting.event_id))
            made = self.edit(actions.release_agenda, setting.event_id)
            if made is not None:
                before, self.released = self.released, expected
                self.settles(before)
                self.kept[made.number] = (made.payload, made.digest)

        @rule(pick=ANY)
        def bring_back(self, pick: int) -> None:
            number = 1 + pick % len(self.kept)
            before = fingerprint(draft_content(setting.event_id))
            declined = db.session.scalars(select(Part.id).where(Part.reply == "declined")).first()
            with_refusal = self.edit(actions.bring_back, setting.event_id, number, refused="refused")
            if with_refusal == "refused":
                return
            if declined is None:
                release = find_release(setting.event_id, number)
                assert fingerprint(draft_content(setting.event_id)) == release.digest
            actions.undo(setting.event_id, by=SYSTEM)
            assert fingerprint(draft_content(setting.event_id)) == before
            actions.redo(setting.event_id, by=SYSTEM)

        # -- The day ----------------------------------------------------------------------------------------------

        @rule(pick=ANY, minutes=st.sampled_from([-10, 7, 45]))
        def runs_late(self, pick: int, minutes: int) -> None:
            """What the preview says is what the public sees."""
            if self.released:
                key, live = self.one_of(pick), live_agenda(setting.event_id)
                assert live is not None
                plan = plan_of_delay(live, key, minutes, now())
                if self.edit(actions.delay_session, setting.event_id, key, minutes=minutes, seen=seen_of(live, plan)):
                    for uuid, times in plan.times.items():
                        self.lies(uuid, times=times)

        @rule(pick=ANY, kind=st.sampled_from(["cancel", "reinstate", "start", "end"]))
        def happens(self, pick: int, kind: str) -> None:
            if not self.released:
                return
            key, action = self.one_of(pick), DAY_ACTIONS[kind]
            with time_machine.travel(self.present(key)["times"][0], tick=False):
                change = self.edit(action, setting.event_id, key)
            if change is not None:
                self.lies(key, **STATUS.get(kind, {}))

        @rule(pick=ANY)
        def is_taken_back(self, pick: int) -> None:
            """Exactly, or not at all; and that day is as it was before the change, if nothing was changed since."""
            changes = live_changes_of(setting.event_id)
            if not changes:
                return
            change, before = changes[pick % len(changes)], rows_of_the_day(setting.event_id)
            if self.edit(actions.undo_live_change, setting.event_id, change.number) is None:
                assert rows_of_the_day(setting.event_id) == before
                return
            for uuid, state in change.before.items():
                if state["laid"]:
                    times = (datetime.fromisoformat(state["starts_at"]), datetime.fromisoformat(state["ends_at"]))
                    self.live[uuid] = (*times, state["status"])
                else:
                    self.live.pop(uuid, None)

        def one_of(self, pick: int) -> str:
            return sorted(self.released)[pick % len(self.released)]

        def present(self, key: str) -> dict[str, Any]:
            """A session as the public sees it."""
            values = dict(self.released[key])
            if key in self.live:
                starts, ends, status = self.live[key]
                values |= {"times": (starts, ends), "status": status}
            return values

        def lies(self, key: str, **values: Any) -> None:
            """This is so on the day."""
            after = self.present(key) | values
            self.live[key] = (*after["times"], after["status"])

        def settles(self, before: Seen) -> None:
            """A release that says anew when a session is wins over the day."""
            for key in list(self.live):
                old, new = before.get(key), self.released.get(key)
                if new is None or old is None or any(old[name] != new[name] for name in ("times", "status")):
                    del self.live[key]

        # -- What always holds ------------------------------------------------------------------------------------

        @invariant()
        def the_public_sees_the_last_release_and_over_it_the_day(self) -> None:
            expected = {key: dict(values) for key, values in self.released.items()}
            for key, (starts, ends, status) in self.live.items():
                if key in expected:
                    expected[key] |= {"times": (starts, ends), "status": status}
            assert _seen(agenda_of(get_event(setting.event_id), now())) == expected

        @invariant()
        def no_release_ever_changes(self) -> None:
            rows = releases_of(setting.event_id)
            assert {row.number: (row.payload, row.digest) for row in rows} == self.kept
            assert sorted(self.kept) == list(range(1, len(self.kept) + 1))

        @invariant()
        def versions_only_rise_and_nothing_vanishes_from_calendars(self) -> None:
            shown = public_agenda(get_event(setting.event_id), now())
            versions = {one.uuid: one.sequence for one in (*shown.sessions, *shown.dropped)}
            assert versions.keys() >= self.versions.keys()
            assert all(versions[key] >= version for key, version in self.versions.items())
            self.versions = versions

        # -- How --------------------------------------------------------------------------------------------------

        def edit(self, action: Any, *arguments: Any, refused: Any = None, **values: Any) -> Any:
            try:
                return action(*arguments, by=SYSTEM, **values)
            except Refused:
                return refused
            finally:
                db.session.rollback()

        def edit_one(self, action: Any, model: type[Any], pick: int, *arguments: Any, **values: Any) -> Any:
            ids = db.session.scalars(select(model.id).order_by(model.id)).all()
            return self.edit(action, ids[pick % len(ids)], *arguments, **values) if ids else None

    run_state_machine_as_test(
        Agenda,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
