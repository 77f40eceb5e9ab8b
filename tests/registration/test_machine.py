"""Any order of steps: places add up, nobody is overtaken, and what the model says is what the rows say."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.messaging.models import OutboxMessage
from eventapp.registration import actions
from eventapp.registration.models import Category, Registration
from tests.registration.guests import GUEST, make_category, register_guest

STEPS = (
    "withdraw_registration",
    "cancel_registration",
    "accept_offer",
    "decline_offer",
    "approve_registration",
    "decline_registration",
)
ADDRESSES = itertools.count(1)
CODES = itertools.count(1)


class Registrations(RuleBasedStateMachine):
    """One category of the event; a list of (state, ticket) is the model of its registrations."""

    event = None

    @initialize(capacity=st.none() | st.integers(0, 3), needs_approval=st.booleans())
    def open_category(self, capacity: int | None, needs_approval: bool) -> None:
        category = make_category(self.event, capacity, code=f"c{next(CODES)}", needs_approval=needs_approval)
        self.category_id, self.capacity, self.needs_approval = category.id, capacity, needs_approval
        self.ids: list[int] = []
        self.states: list[str] = []
        self.queue: list[int] = []
        self.letters = 0
        self.letters_before = self._letters()

    @rule()
    def register(self) -> None:
        registration = register_guest(db.session.get_one(Category, self.category_id), next(ADDRESSES))
        self.ids.append(registration.id)
        self.states.append("pending")
        if not self.needs_approval:
            self._admit_or_queue(len(self.states) - 1)
        self.letters += 1

    @rule(step=st.sampled_from(STEPS), data=st.data())
    def move(self, step: str, data: st.DataObject) -> None:
        if not self.ids:
            return
        at = data.draw(st.integers(0, len(self.ids) - 1))
        allowed = {
            "withdraw_registration": ("pending", "waiting", "offered", "confirmed"),
            "cancel_registration": ("pending", "waiting", "offered", "confirmed"),
            "accept_offer": ("offered",),
            "decline_offer": ("offered",),
            "approve_registration": ("pending",),
            "decline_registration": ("pending",),
        }[step]
        assert self._refused(step, self.ids[at]) == (self.states[at] not in allowed)
        if self.states[at] in allowed:
            self._apply(step, at)

    @rule(data=st.data())
    def offer(self, data: st.DataObject) -> None:
        if not self.queue:
            return
        at = data.draw(st.sampled_from(self.queue))
        actions.offer_extra_place(self.ids[at], by=SYSTEM)
        if self.capacity is not None and self._held() >= self.capacity:
            self.capacity += 1
        self.queue.remove(at)
        self.states[at] = "offered"
        self.letters += 1

    @rule(capacity=st.none() | st.integers(0, 5))
    def change_capacity(self, capacity: int | None) -> None:
        try:
            actions.set_capacity(self.category_id, capacity, by=SYSTEM)
        except Refused:
            assert capacity is not None
            assert capacity < self._held()
            return
        self.capacity = capacity
        self._promote()

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        db.session.rollback()
        rows = db.session.execute(
            select(Registration.id, Registration.state, Registration.ticket)
            .where(Registration.category_id == self.category_id)
            .order_by(Registration.id)
        ).all()
        places = db.session.get_one(Category, self.category_id).places
        assert [row.state for row in rows] == self.states
        assert (places.capacity, places.taken) == (self.capacity, self._held())
        assert places.capacity is None or places.taken <= places.capacity
        waiting = sorted((row.ticket, self.ids.index(row.id)) for row in rows if row.state == "waiting")
        assert [at for _ticket, at in waiting] == self.queue
        assert not self.queue or self._held() == self.capacity, "nobody waits beside a free place"
        assert self._letters() - self.letters_before == self.letters, "one letter for each change"

    def _apply(self, step: str, at: int) -> None:
        held = self.states[at] in ("offered", "confirmed")
        if at in self.queue:
            self.queue.remove(at)
        self.letters += 1
        if step == "approve_registration":
            self._admit_or_queue(at)
            return
        self.states[at] = {
            "withdraw_registration": "withdrawn",
            "cancel_registration": "cancelled",
            "accept_offer": "confirmed",
            "decline_offer": "declined",
            "decline_registration": "declined",
        }[step]
        if held and step != "accept_offer":
            self._promote()

    def _admit_or_queue(self, at: int) -> None:
        if self.capacity is None or self._held() < self.capacity:
            self.states[at] = "confirmed"
        else:
            self.states[at] = "waiting"
            self.queue.append(at)

    def _promote(self) -> None:
        while self.queue and (self.capacity is None or self._held() < self.capacity):
            self.states[self.queue.pop(0)] = "confirmed"
            self.letters += 1

    def _held(self) -> int:
        return sum(state in ("offered", "confirmed") for state in self.states)

    def _letters(self) -> int:
        return len(db.session.scalars(select(OutboxMessage.id)).all())

    @staticmethod
    def _refused(step: str, registration_id: int) -> bool:
        try:
            getattr(actions, step)(registration_id, by=GUEST)
        except Refused:
            return True
        return False


def test_whatever_is_done_in_whatever_order_places_and_waiting_list_are_right(event):
    Registrations.event = event
    run_state_machine_as_test(
        Registrations,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
