"""Whatever is edited, undone, released, brought back and changed on the day: the public sees the last release, and over it the day.

Everybody whom a release concerns has exactly one message about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda import actions
from eventapp.agenda.actions import dismiss_notice, send_notice
from eventapp.agenda.models import AgendaChange, AgendaItem, AgendaSession, LiveChange, LiveSession, Part, Release
from eventapp.agenda.queries import agenda_of, draft_content, find_release, public_agenda, releases_of, whole_agenda
from eventapp.agenda.queries.live import live_agenda, live_changes_of, plan_of_delay, seen_of
from eventapp.agenda.queries.notices import notice_of
from eventapp.agenda.release import fingerprint
from eventapp.audiences.affected import recipients_of_notice
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.errors import Refused
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.messaging.models import OutboxMessage
from eventapp.people.models import Person
from eventapp.registration.actions import star_session, unstar_session
from eventapp.registration.models import Star
from eventapp.speakers.actions import invite_speaker, take_back_withdrawal, withdraw_person
from eventapp.speakers.models import Withdrawal
from eventapp.speakers.queries import parts_of_person
from eventapp.speakers.queries.withdrawals import standing_withdrawal
from eventapp.speakers.settling import Settlement, seen_parts
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session
from tests.registration.guests import make_category, register_guest

ANY = st.integers(0, 1000)
SLOT = st.integers(0, 10)
Seen = dict[str, dict[str, Any]]
Laid = dict[str, str | None]
Held = set[tuple[str, str]]
DAY_ACTIONS = {
    "start": actions.start_session,
    "end": actions.end_session,
    "cancel": actions.cancel_on_the_day,
    "reinstate": actions.reinstate_on_the_day,
}
STATUS = {"cancel": {"status": "cancelled"}, "reinstate": {"status": "planned"}}


class Setting:
    """One event with two halls, two people and three guests; emptied before every run of the machine."""

    def __init__(self, event: Event) -> None:
        self.event_id, self.opens = event.id, at(event, 9)
        self.halls = [make_hall(event).id, make_hall(event, "Garden Hall", "园林厅").id, None]
        people, category = [make_person(), make_person("Mei")], make_category(event, None)
        self.people = [person.id for person in people]
        self.guests = [register_guest(category, number).id for number in (1, 2)]
        # The second speaker is registered, too, and is reached there.
        self.guests.append(register_guest(category, 3, person_id=self.people[1]).id)
        item = make_item(make_session(event))
        make_part(item, people[0])
        invite_speaker(event.id, self.people[0], by=SYSTEM, email="lan@example.org", language="en")
        self.addresses = {people[0].public_id: "lan@example.org", people[1].public_id: "guest3@example.org"}

    def empty(self) -> None:
        with transaction() as session:
            emptied = (AgendaChange, AgendaSession, LiveChange, LiveSession, Release, OutboxMessage, Withdrawal)
            for model in emptied:
                session.execute(delete(model).where(model.event_id == self.event_id))
            session.execute(delete(Star).where(Star.registration_id.in_(self.guests)))


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


def in_the_draft(event_id: int, *, declined: bool) -> Held:
    """Who has which part, as the team has it now: of those who declined, or of the others."""
    parts = (part for session in whole_agenda(event_id) for item in session.items for part in item.parts)
    return {(part.public_id, part.person.public_id) for part in parts if (part.reply == "declined") == declined}


def concerns(person: str, old: Any, new: Any, gone: Held) -> bool:
    """Whether somebody has or had a part in a session that is not what they knew; what was cancelled is over."""
    there = {one for session in (old, new) if session for part, one in _people(session) if (part, one) not in gone}
    return person in there and _matters(old, new, lambda session: session)


def concerns_guest(old: Any, new: Any, gone: Held) -> bool:
    """Whether a session is not what somebody knew who follows it: when and where, its name, who is in it and still comes."""
    told = ("title", "times", "hall", "status")
    known = _people(old) if old else set()
    return _matters(old, new, lambda session: ([session[name] for name in told], _people(session) - (gone - known)))


def _matters(old: Any, new: Any, look: Callable[[Any], Any]) -> bool:
    planned_then, planned_now = (one is not None and one["status"] == "planned" for one in (old, new))
    return (old is None or look(old) != look(new)) if planned_now else planned_then


def _instead(parts: list[tuple[str, str]], laid: Laid) -> list[tuple[str, str]]:
    """Who appears and how, where others were laid over some parts; None stands for nobody."""
    there = [(part, laid.get(part, person)) for part, person in parts]
    return [(part, person) for part, person in there if person is not None]


def _people(session: Any) -> Held:
    """Who has which part, however they appear in it."""
    return {(part, appears.split()[0]) for part, appears in _parts(session)}


def _parts(session: Any) -> list[tuple[str, str]]:
    return [part for _kind, _minutes, parts in session["items"] for part in parts]


def _seen(days: Any) -> Seen:
    return {
        session.uuid: {
            "title": session.title.en,
            "times": (session.starts_at, session.ends_at),
            "hall": session.hall.public_id if session.hall else None,
            "status": session.status,
            "items": [
                (
                    item.kind,
                    item.minutes,
                    [(part.public_id, _appears(part)) for part in item.parts if part.reply != "declined"],
                )
                for item in session.items
            ],
        }
        for day in days
        for session in day.sessions
    }


def _appears(part: Any) -> str:
    return f"{part.person.public_id} {part.mode}"


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
            self.contents: dict[int, Seen] = {0: {}}
            self.stars: dict[tuple[str, str], int] = {}
            self.undecided: tuple[int, int] | None = None
            self.told: dict[str, Counter[str]] = {}
            self.laid: dict[str, Laid] = {}
            self.withdrawn: dict[int, dict[str, Laid]] = {}
            self.undone: set[int] = set()
            for slot, hall, person in ((0, 0, 0), (3, 1, 1)):
                self.create(slot, hall)
                self.add_item(slot, 10, person)
            self.release()
            for pick in (0, 1):
                self.follow(pick, pick)
            self.tell()

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
            change = self.edit(actions.redo if redo else actions.undo, setting.event_id)
            if change is not None:
                self.withdraws(change.number, taken_back=not redo)

        # -- Releases ---------------------------------------------------------------------------------------------

        @rule()
        def release(self) -> None:
            expected = seen_by_team(get_event(setting.event_id))
            made = self.edit(actions.release_agenda, setting.event_id)
            if made is not None:
                before, self.released = self.released, expected
                self.settles(before)
                self.laid = {}
                self.kept[made.number] = (made.payload, made.digest)
                self.is_to_be_told(made.number)

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
            self.undone.add(change.number)
            self.stands_as_before(change)

        def stands_as_before(self, change: LiveChange) -> None:
            for uuid, state in change.before.items():
                told = state.get("parts") or {}
                self.laid[uuid] = {
                    part: None if one.get("gone") else f"{one['person']} {one['mode']}" for part, one in told.items()
                }
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

        # -- Substitutes ------------------------------------------------------------------------------------------

        @rule(who=st.integers(0, 1), way=st.sampled_from(["deputy", "recorded", "remove"]), at_once=st.booleans())
        def cannot_come(self, who: int, way: str, at_once: bool) -> None:
            person, other = setting.people[who], setting.people[1 - who]
            parts = parts_of_person(get_event(setting.event_id), person)
            settled = {planned.part.public_id: Settlement(way, other) for planned in parts}
            places = [(planned.session.uuid, planned.part.public_id) for planned in parts]
            given = {"seen": seen_parts(parts), "at_once": at_once}
            made = self.edit(withdraw_person, setting.event_id, person, settled, **given)
            if made is not None and at_once:
                instead, mode = {"deputy": (other, "in_person"), "recorded": (person, way), "remove": (None, "")}[way]
                shown = f"{db.session.get_one(Person, instead).public_id} {mode}" if instead else None
                for uuid, part in places:
                    self.withdrawn.setdefault(made.change_number, {}).setdefault(uuid, {})[part] = shown
                self.withdraws(made.change_number, taken_back=False)

        @rule(who=st.integers(0, 1))
        def comes_after_all(self, who: int) -> None:
            standing = standing_withdrawal(setting.event_id, setting.people[who])
            number = standing.change_number if standing else 0
            if self.edit(take_back_withdrawal, setting.event_id, setting.people[who], refused="refused") is None:
                self.withdraws(number, taken_back=True)

        def withdraws(self, number: int, *, taken_back: bool) -> None:
            """What was shown at once is laid over the release, as far as that has it; taken back, whom one saw before."""
            if taken_back and number in self.withdrawn:
                self.shows_again(number)
            elif number in self.withdrawn:
                self.shows_at_once(number)

        def shows_at_once(self, number: int) -> None:
            before = {uuid: dict(laid) for uuid, laid in self.laid.items()}
            for uuid, parts in self.withdrawn[number].items():
                there = {part for part, _person in _parts(self.released.get(uuid, {"items": []}))}
                laid = {**before.get(uuid, {}), **{part: one for part, one in parts.items() if part in there}}
                if laid != before.get(uuid, {}):
                    self.laid[uuid] = laid
                    self.lies(uuid)

        def shows_again(self, number: int) -> None:
            """Exactly as before, if nothing was built upon it; else part by part, where it still is what was shown."""
            query = select(Withdrawal).where(Withdrawal.change_number == number)
            withdrawal = db.session.scalars(query.where(Withdrawal.event_id == setting.event_id)).one()
            changes = live_changes_of(setting.event_id)
            change = next((one for one in changes if one.number == withdrawal.live_number), None)
            if change is None or change.number in self.undone:
                return
            if change.undone_at is not None:
                self.undone.add(change.number)
                self.stands_as_before(change)
                return
            for uuid, state in change.before.items():
                told = state.get("parts") or {}
                seen = {part: None if one.get("gone") else one["person"] for part, one in told.items()}
                mine = self.withdrawn[number].get(uuid, {})
                laid = self.laid.get(uuid, {})
                same = {part for part, one in mine.items() if part in laid and laid[part] == one}
                after = {part: one for part, one in laid.items() if part not in same}
                after |= {part: seen[part] for part in same if part in seen}
                if after != laid:
                    self.laid[uuid] = after
                    self.lies(uuid)

        # -- Messages ---------------------------------------------------------------------------------------------

        @rule(pick=ANY, guest=st.integers(0, 2))
        def follow(self, pick: int, guest: int) -> None:
            if self.released:
                key = sorted(self.released)[pick % len(self.released)]
                if self.edit(star_session, setting.guests[guest], key):
                    self.stars[f"guest{guest + 1}@example.org", key] = len(self.kept)

        @rule(hour=SLOT)
        def move_and_tell(self, hour: int) -> None:
            self.move(hour, hour, 2)
            self.release()
            self.tell()

        @rule(pick=ANY)
        def follow_no_more(self, pick: int) -> None:
            if self.stars:
                address, key = sorted(self.stars)[pick % len(self.stars)]
                self.edit(unstar_session, setting.guests[int(address[5]) - 1], key)
                del self.stars[address, key]

        @rule()
        def tell(self) -> None:
            if self.undecided:
                notice, concerned = self.notice(), self.whom_it_concerns()
                cause = notice.cause
                sent = self.edit(send_notice, notice.id, find=recipients_of_notice)
                assert sent == (len(concerned) or None)
                if sent:
                    self.told[cause], self.undecided = Counter(concerned), None

        @rule()
        def tell_nobody(self) -> None:
            if self.undecided:
                self.edit(dismiss_notice, self.notice().id, "Told by telephone")
                self.undecided = None

        def notice(self) -> Any:
            assert self.undecided
            return notice_of(find_release(setting.event_id, self.undecided[0]).id)

        def is_to_be_told(self, number: int) -> None:
            """A release tells what is new since the one before, and what nobody was told of that one."""
            self.contents[number] = self.released
            base = self.undecided[1] if self.undecided else max(self.contents.keys() - {number})
            self.undecided = number, base
            assert (self.notice() is not None) == bool(self.whom_it_concerns())
            if self.notice() is None:
                self.undecided = None

        def whom_it_concerns(self) -> set[str]:
            """The slow and obvious reckoning, by address, of the release about which nobody has decided."""
            assert self.undecided
            number, base = self.undecided
            old, new = self.contents[base], self.contents[number]
            here = setting.event_id
            released = {part for session in new.values() for part in _people(session)}
            gone = (released - in_the_draft(here, declined=False)) | in_the_draft(here, declined=True)
            speaking = {
                address
                for person, address in setting.addresses.items()
                for key in {*old, *new}
                if concerns(person, old.get(key), new.get(key), gone)
            }
            following = {
                address
                for (address, key), since in self.stars.items()
                if since < number and concerns_guest(self.contents[max(since, base)].get(key), new.get(key), gone)
            }
            return speaking | following

        @invariant()
        def everybody_concerned_has_exactly_one_message_for_each_release_that_is_told(self) -> None:
            query = select(OutboxMessage).where(OutboxMessage.template == "agenda_news")
            found: dict[str, Counter[str]] = {cause: Counter() for cause in self.told}
            for message in db.session.scalars(query):
                found[":".join(message.cause.split(":")[:2])][message.recipient] += 1
            assert found == self.told

        # -- What always holds ------------------------------------------------------------------------------------

        @invariant()
        def the_public_sees_the_last_release_and_over_it_the_day(self) -> None:
            expected = {key: dict(values) for key, values in self.released.items()}
            for key, (starts, ends, status) in self.live.items():
                if key in expected:
                    expected[key] |= {"times": (starts, ends), "status": status}
            for key, laid in self.laid.items():
                if key in expected:
                    expected[key] |= {
                        "items": [(*item[:2], _instead(item[2], laid)) for item in expected[key]["items"]]
                    }
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
