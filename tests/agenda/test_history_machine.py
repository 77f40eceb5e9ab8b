"""Whatever two editors do, in whatever order: undo brings back exactly what was, and the history tells all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from eventapp.accounts.actor import Actor
from eventapp.agenda import actions
from eventapp.agenda.errors import NothingToRedo, NothingToUndo
from eventapp.agenda.history import State, replayed
from eventapp.agenda.models import AgendaChange, AgendaItem, AgendaSession, Part, Release, Track
from eventapp.agenda.queries.history import changes_after, rows_of_event
from eventapp.db import db, transaction
from eventapp.errors import Refused, Stale
from eventapp.events.models import Event
from tests.agenda.stage import at, make_hall, make_person
from tests.ground.stories import make_member

EDITORS = st.sampled_from([0, 1])
ANY = st.integers(0, 1000)
SLOT = st.integers(0, 12)
STAMPS = {"sequence", "changed_at"}


class Setting:
    """One event with two halls, a person and two editors; emptied before every run of the machine."""

    def __init__(self, event: Event) -> None:
        self.event_id, self.opens = event.id, at(event, 9)
        self.halls = [make_hall(event).id, make_hall(event, "Garden Hall", "园林厅").id]
        self.person = make_person().id
        self.editors = [Actor("user", make_member("editor", event, number).id) for number in (1, 2)]

    def empty(self) -> None:
        with transaction() as session:
            for model in (AgendaChange, AgendaSession, Track, Release):
                session.execute(delete(model).where(model.event_id == self.event_id))


def without_stamps(state: State) -> State:
    """An agenda row by row, without the stamps that only ever go forward."""
    return {key: {name: value for name, value in row.items() if name not in STAMPS} for key, row in state.items()}


def test_undo_brings_back_what_was_and_the_history_tells_all(event: Event) -> None:
    setting = Setting(event)

    class TwoEditors(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            setting.empty()
            self.event_id = setting.event_id
            # What each change of an editor made of what it touched, by its number: before and after.
            self.done: dict[int, tuple[dict[Any, Any], dict[Any, Any]]] = {}
            self.versions: dict[str, int] = {}
            self.to_undo: tuple[list[int], list[int]] = ([], [])
            self.to_redo: tuple[list[int], list[int]] = ([], [])
            self.number, self.state, self.now = 0, {}, {}
            for slot in (0, 4):
                self.create(0, slot, 2, 0, False)

        # -- Edits ------------------------------------------------------------------------------------------------

        @rule(who=EDITORS, slot=SLOT, length=st.integers(1, 3), hall=st.sampled_from([0, 1, None]), tray=st.booleans())
        def create(self, who: int, slot: int, length: int, hall: int | None, tray: bool) -> None:
            starts = setting.opens + timedelta(minutes=30 * slot)
            ends = starts + timedelta(minutes=30 * length)
            hall_id = None if hall is None else setting.halls[hall]
            values = {"kind": "forum", "title_en": "Forum", "hall_id": hall_id, "in_tray": tray}
            self.edit(who, actions.create_session, self.event_id, starts_at=starts, ends_at=ends, **values)

        @rule(who=EDITORS, pick=ANY, title=st.sampled_from(["Forum", "Opening", "Talks"]))
        def rename(self, who: int, pick: int, title: str) -> None:
            self.edit_one(who, actions.change_session, AgendaSession, pick, title_en=title)

        @rule(who=EDITORS, pick=ANY, slot=SLOT, hall=st.sampled_from([0, 1]))
        def move(self, who: int, pick: int, slot: int, hall: int) -> None:
            row = self.pick(AgendaSession, pick)
            if row is not None:
                starts = setting.opens + timedelta(minutes=30 * slot)
                times = {"starts_at": starts, "ends_at": starts + (row.ends_at - row.starts_at)}
                self.edit(who, actions.move_session, row.id, hall_id=setting.halls[hall], **times)

        @rule(who=EDITORS, pick=ANY, minutes=st.sampled_from([-15, 15, 40]), all_halls=st.booleans())
        def shift(self, who: int, pick: int, minutes: int, all_halls: bool) -> None:
            self.edit_one(who, actions.shift_after, AgendaSession, pick, minutes, all_halls=all_halls)

        @rule(who=EDITORS, pick=ANY, item=st.booleans())
        def split(self, who: int, pick: int, item: bool) -> None:
            row = self.pick(AgendaSession, pick)
            if row is not None:
                first = row.items[-1].id if item and row.items else None
                middle = row.starts_at + (row.ends_at - row.starts_at) / 2
                self.edit(who, actions.split_session, row.id, at=middle, item_id=first)

        @rule(who=EDITORS, pick=ANY, other=ANY)
        def swap(self, who: int, pick: int, other: int) -> None:
            second = self.pick(AgendaSession, other)
            if second is not None:
                self.edit_one(who, actions.swap_sessions, AgendaSession, pick, second.id)

        @rule(
            who=EDITORS,
            pick=ANY,
            action=st.sampled_from(
                [
                    actions.copy_session,
                    actions.put_in_tray,
                    actions.cancel_session,
                    actions.reinstate_session,
                    actions.delete_session,
                ]
            ),
        )
        def act_on_session(self, who: int, pick: int, action: Callable[..., Any]) -> None:
            self.edit_one(who, action, AgendaSession, pick)

        @rule(who=EDITORS, pick=ANY, minutes=st.sampled_from([0, 10, 20]), person=st.booleans())
        def add_item(self, who: int, pick: int, minutes: int, person: bool) -> None:
            row = self.pick(AgendaSession, pick)
            if row is None:
                return
            with_part = self.edit(who, actions.add_item, row.id, kind="speech", minutes=minutes)
            if with_part is not None and person:
                self.edit(who, actions.add_part, with_part.id, role="speaker", person_id=setting.person)

        @rule(who=EDITORS, pick=ANY, minutes=st.sampled_from([5, 25]))
        def change_item(self, who: int, pick: int, minutes: int) -> None:
            self.edit_one(who, actions.change_item, AgendaItem, pick, minutes=minutes)

        @rule(who=EDITORS, pick=ANY, where=st.sampled_from(["up", "down", 1, 3]))
        def move_item(self, who: int, pick: int, where: str | int) -> None:
            self.edit_one(who, actions.move_item, AgendaItem, pick, where)

        @rule(who=EDITORS, pick=ANY, other=ANY)
        def move_item_to(self, who: int, pick: int, other: int) -> None:
            second = self.pick(AgendaSession, other)
            if second is not None:
                self.edit_one(who, actions.move_item_to, AgendaItem, pick, second.id)

        @rule(who=EDITORS, pick=ANY)
        def delete_item(self, who: int, pick: int) -> None:
            self.edit_one(who, actions.delete_item, AgendaItem, pick)

        @rule(who=EDITORS, pick=ANY, reply=st.sampled_from(["accepted", "declined", None]))
        def change_part(self, who: int, pick: int, reply: str | None) -> None:
            if reply is None:
                self.edit_one(who, actions.delete_part, Part, pick)
            else:
                self.edit_one(who, actions.set_reply, Part, pick, reply)

        @rule(who=EDITORS, name=st.sampled_from(["Health", "Energy"]))
        def add_track(self, who: int, name: str) -> None:
            self.edit(who, actions.add_track, self.event_id, name_en=name)

        @rule(who=EDITORS, pick=ANY, track=ANY)
        def give_track(self, who: int, pick: int, track: int) -> None:
            found = self.pick(Track, track)
            self.edit_one(who, actions.change_session, AgendaSession, pick, track_id=found.id if found else None)

        @rule(who=EDITORS, pick=ANY)
        def remove_track(self, who: int, pick: int) -> None:
            self.edit_one(who, actions.remove_track, Track, pick)

        @rule(who=EDITORS)
        def release(self, who: int) -> None:
            """Publishing changes no row of the draft."""
            self.edit(who, actions.release_agenda, self.event_id)

        @rule(who=EDITORS, pick=ANY)
        def bring_back(self, who: int, pick: int) -> None:
            release = self.pick(Release, pick)
            if release is not None:
                self.edit(who, actions.bring_back, self.event_id, release.number)

        # -- Undo and redo ----------------------------------------------------------------------------------------

        @rule(who=EDITORS)
        def undo(self, who: int) -> None:
            number = self.to_undo[who][-1] if self.to_undo[who] else None
            if self.put_back(actions.undo, who, number, back=True):
                self.to_redo[who].append(self.to_undo[who].pop())

        @rule(who=EDITORS)
        def redo(self, who: int) -> None:
            number = self.to_redo[who][-1] if self.to_redo[who] else None
            if self.put_back(actions.redo, who, number, back=False):
                self.to_undo[who].append(self.to_redo[who].pop())

        def put_back(self, action: Callable[..., Any], who: int, number: int | None, *, back: bool) -> bool:
            """Undo or redo a change, and compare with what it did when it was made; whether it was possible."""
            then = self.done.get(number or 0, ({}, {}))
            wanted, expected = then if back else then[::-1]
            now = self.now
            touched = [key for key in wanted.keys() | expected.keys() if wanted.get(key) != expected.get(key)]
            changed_since = any(now.get(key) != expected.get(key) for key in touched)
            try:
                action(self.event_id, by=setting.editors[who], despite_clashes=True)
            except (NothingToUndo, NothingToRedo):
                assert number is None
                return False
            except Stale:
                assert self.look() == []
                assert changed_since or self.would_take_more_along(now, wanted, touched)
                return False
            assert not changed_since
            assert len(self.look()) == 1
            left = {key: row for key, row in now.items() if key not in touched}
            assert self.now == left | {key: wanted[key] for key in touched if key in wanted}
            return True

        @staticmethod
        def would_take_more_along(now: Any, wanted: Any, touched: list[Any]) -> bool:
            """Whether something that others added lies in a row that would go."""
            going = {public_id for table, public_id in touched if (table, public_id) not in wanted}
            return any(
                row.get(parent) in going
                for key, row in now.items()
                if key not in touched
                for parent in ("track", "session", "item")
            )

        # -- What always holds ------------------------------------------------------------------------------------

        def look(self) -> list[AgendaChange]:
            """See what is new: the history goes on by one, and leads to the agenda as it is; versions only go forward.

            One version of a session never stands for two contents of it.
            """
            db.session.rollback()
            lines, found = list(changes_after(self.event_id, self.number)), rows_of_event(self.event_id)
            assert [line.number for line in lines] == list(range(self.number + 1, self.number + len(lines) + 1))
            assert replayed((line.changes for line in lines), self.state) == found
            for key, row in found.items():
                if key[0] == "agenda_sessions" and row != self.state.get(key):
                    assert row["sequence"] > self.versions.get(key[1], -1)
                    self.versions[key[1]] = row["sequence"]
            self.number, self.state, self.now = self.number + len(lines), found, without_stamps(found)
            return lines

        # -- How ---------------------------------------------------------------------------------------------------

        def edit(self, who: int, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
            """Do it; one line in the history if it changed something, none if it was refused or changed nothing."""
            before = self.now
            keen = {} if action in KEEN_OF_NO_CLASH else {"despite_clashes": True}
            try:
                made = action(*args, by=setting.editors[who], **keen, **values)
            except Refused:
                assert self.look() == []
                return None
            lines = self.look()
            assert len(lines) == (self.now != before)
            if lines:
                self.done[lines[0].number] = before, self.now
                self.to_undo[who].append(lines[0].number)
                self.to_redo[who].clear()
            return made

        def edit_one(
            self, who: int, action: Callable[..., Any], model: type[Any], pick: int, *args: Any, **values: Any
        ) -> None:
            row = self.pick(model, pick)
            if row is not None:
                self.edit(who, action, row.id, *args, **values)

        @staticmethod
        def pick(model: type[Any], number: int) -> Any:
            rows = db.session.scalars(select(model).order_by(model.id)).all()
            return rows[number % len(rows)] if rows else None

    run_state_machine_as_test(
        TwoEditors,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            database=None,
            # What failed is shown as it was found: to look for a shorter way there takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


KEEN_OF_NO_CLASH = frozenset(
    {
        actions.put_in_tray,
        actions.cancel_session,
        actions.delete_session,
        actions.delete_item,
        actions.delete_part,
        actions.set_reply,
        actions.add_track,
        actions.remove_track,
        actions.release_agenda,
        actions.bring_back,
    }
)
