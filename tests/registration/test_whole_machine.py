"""Everything that people do to registrations, in any order: places add up, the line is kept, nobody is lost."""

from __future__ import annotations

import itertools
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.errors import Refused
from eventapp.registration import actions
from eventapp.registration.actions.erasure import erase_registration
from eventapp.registration.actions.parties import Contact
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.wishes import WayIn, Wishes
from eventapp.registration.booking import HOLDING_SEAT, LIVE
from eventapp.registration.models import Booking, Category, Invitation, Party, Places, Registration
from eventapp.registration.queries import invitation_token
from eventapp.registration.states import ALIVE, HOLDING, TRANSITIONS
from tests.registration.guests import GUEST, make_category, register_guest
from tests.registration.invited import invited
from tests.registration.seats import limited_choice, make_seats
from tests.registration.test_parties import people

TEAM = Actor("user", 1)
NUMBERS = itertools.count(1)
# Ways in which one registration ends.
ENDS: dict[str, Callable[[int], object]] = {
    "withdraw": lambda row_id: actions.withdraw_registration(row_id, by=GUEST),
    "cancel": lambda row_id: actions.cancel_registration(row_id, by=TEAM),
    "erase": lambda row_id: erase_registration(row_id, by=TEAM, reason="asked for"),
}
# What else is done to one registration.
STEPS: dict[str, Callable[[int], object]] = {
    **ENDS,
    "approve": lambda row_id: actions.approve_registration(row_id, by=TEAM),
    "decline": lambda row_id: actions.decline_registration(row_id, by=TEAM),
    "accept": lambda row_id: actions.accept_offer(row_id, by=GUEST),
    "let go": lambda row_id: actions.decline_offer(row_id, by=GUEST),
    "offer": lambda row_id: actions.offer_place(row_id, by=TEAM),
    "offer one more": lambda row_id: actions.offer_extra_place(row_id, by=TEAM),
    "hand over": lambda row_id: actions.hand_over(
        row_id, Attendee(name={"given_en": "Jun"}, email=f"jun{next(NUMBERS)}@example.org"), by=TEAM
    ),
}
# What is likely to be done in each state; at times it is done to others, who are refused or not.
LIKELY = {
    "pending": ("approve", "decline", "approve"),
    "waiting": ("offer", "offer one more", "withdraw"),
    "offered": ("accept", "let go", "let go"),
    "confirmed": ("hand over", "withdraw", "erase", "cancel"),
}
PARTY_STEPS: dict[str, Callable[[int], object]] = {
    "withdraw all": lambda party_id: actions.withdraw_party(party_id, by=GUEST),
    "take all": lambda party_id: actions.accept_party_offer(party_id, by=GUEST),
    "let all go": lambda party_id: actions.decline_party_offer(party_id, by=GUEST),
}
BOOKING_STEPS: dict[str, Callable[[int], object]] = {
    "give up": lambda booking_id: actions.give_up_booking(booking_id, by=GUEST),
    "take": lambda booking_id: actions.accept_booking_offer(booking_id, by=GUEST),
    "let go": lambda booking_id: actions.decline_booking_offer(booking_id, by=GUEST),
}


@dataclass(frozen=True)
class Wish:
    """A registration or a booking as its row says. Those of one `unit` move up together or not at all."""

    id: int
    line: int
    state: str
    ticket: int
    unit: tuple[str, int]
    owner: int = 0


class Everything(RuleBasedStateMachine):
    """Three categories of one event, a session with seats and a choice with a limit."""

    event: Any = None

    @initialize(capacities=st.tuples(*[st.integers(0, 3)] * 3), seats=st.integers(0, 2))
    def set_up(self, capacities: tuple[int, ...], seats: int) -> None:
        kinds: list[dict[str, Any]] = [{}, {"offer_hours": 24}, {"needs_approval": True}]
        self.categories = [
            make_category(self.event, capacity, code=f"c{next(NUMBERS)}", **kind).id
            for capacity, kind in zip(capacities, kinds, strict=True)
        ]
        bookable, choice = make_seats(self.event, seats, offer_hours=24), limited_choice(self.event, next(NUMBERS))
        self.subjects = {bookable.places_id: {"bookable_id": bookable.id}, choice.places_id: {"choice_id": choice.id}}
        self.resize = {
            bookable.places_id: lambda number: actions.change_bookable(bookable.id, by=TEAM, capacity=number),
            choice.places_id: lambda number: actions.change_choice(choice.id, by=TEAM, capacity=number),
        }
        self.bookable_id, self.seats_id = bookable.id, bookable.places_id
        self.resize[choice.places_id](1)
        self.places = {category: db.session.get_one(Category, category).places_id for category in self.categories}
        self.ids: set[int] = set()
        self.before: dict[int, Wish] = {}
        self.bookings_before: dict[int, Wish] = {}
        # A line to begin with, in which guests and parties take turns.
        for which in (0, 1):
            self.register(which, books=True)
            self.register_party(which, 3, split=False)
            self.register(which, books=which == 1)
            self.register_party(which, 2, split=which == 1)
            self.register(which, books=False)
        self.register_party(2, 3, split=False)

    # -- Coming ----------------------------------------------------------------------------------------------------

    @rule(which=st.integers(0, 2), books=st.booleans())
    def register(self, which: int, books: bool) -> None:
        row = register_guest(self._category(which), next(NUMBERS))
        self.ids.add(row.id)
        for subject in self.subjects.values() if books else ():
            actions.book(row.id, **subject, by=GUEST)

    @rule(which=st.integers(0, 2), size=st.integers(1, 4), split=st.booleans())
    def register_party(self, which: int, size: int, split: bool) -> None:
        self._come_together(which, size, split=split)

    def _come_together(self, which: int, size: int, *, split: bool) -> list[int]:
        category = self._category(which)
        contact = Contact("Ms Wang", f"contact{next(NUMBERS)}@example.org", split_allowed=split)
        key = secrets.token_urlsafe(24)
        party = actions.register_party(
            category.event_id, category.id, contact, people(size), by=GUEST, form_key=key, notice_id=None
        )
        rows = db.session.execute(select(Registration.id, Registration.state).filter_by(party_id=party.id)).all()
        self.ids |= {row.id for row in rows}
        assert len(rows) == size
        assert split or len({row.state for row in rows}) == 1, "a party that is not split is in one state"
        return [row.id for row in rows]

    @rule(data=st.data(), which=st.integers(0, 2))
    def add_to_party(self, data: st.DataObject, which: int) -> None:
        party_id, key = self._any(data, self._parties()), secrets.token_urlsafe(24)
        added = actions.add_to_party(
            party_id, self.categories[which], people(1), by=GUEST, form_key=key, notice_id=None
        )
        self.ids |= {row.id for row in added}

    @rule(which=st.integers(0, 2), hands_on=st.booleans(), comes=st.booleans())
    def invite(self, which: int, hands_on: bool, comes: bool) -> None:
        guest = invited(next(NUMBERS))
        invitation = actions.add_invitation(self.event.id, self.categories[which], guest, by=TEAM)
        actions.send_invitation(invitation.id, by=TEAM)
        if hands_on:
            invitation = actions.name_deputy(invitation.id, invited(next(NUMBERS)), by=GUEST)
        if comes:
            self._come(invitation, which)
        else:
            actions.decline_invitation(invitation.id, "", by=GUEST)

    # -- Changes of mind -------------------------------------------------------------------------------------------

    @rule(data=st.data(), state=st.sampled_from(["offered", *sorted(LIKELY)]))
    def do_what_is_likely(self, data: st.DataObject, state: str) -> None:
        row_id = self._any(data, (wish.id for wish in self.before.values() if wish.state == state))
        self._step(data.draw(st.sampled_from(LIKELY[state])), row_id)

    @rule(data=st.data(), step=st.sampled_from(sorted(STEPS)))
    def do_anything(self, data: st.DataObject, step: str) -> None:
        self._step(step, self._any(data, self.ids))

    @rule(data=st.data(), step=st.sampled_from(sorted(ENDS)), states=st.sampled_from([HOLDING, ALIVE]))
    def leave(self, data: st.DataObject, step: str, states: frozenset[str]) -> None:
        booked = {wish.owner for wish in self.bookings_before.values() if wish.state in LIVE}
        there = [wish.id for wish in self.before.values() if wish.state in states]
        self._step(step, self._any(data, sorted(booked & set(there)) * 2 + there))

    @rule(data=st.data(), which=st.integers(0, 1), room=st.integers(1, 3), way=st.sampled_from(["move", *sorted(ENDS)]))
    def one_too_many(self, data: st.DataObject, which: int, room: int, way: str) -> None:
        """There is room for all but one of a party, which waits whole: then one of them leaves."""
        self._set_capacity(
            which, room + sum(size for _turn, size in self._in_line(self.before.values(), self.categories[which]))
        )
        places = db.session.get_one(Places, self.places[self.categories[which]])
        members = self._come_together(which, (places.free or 0) + 1, split=False)
        if way == "move":
            self._try(lambda: actions.change_category_of(members[0], self.categories[2], by=TEAM, may_wait=True))
        else:
            self._step(way, data.draw(st.sampled_from(members)))

    @rule(data=st.data(), step=st.sampled_from(sorted(PARTY_STEPS)))
    def do_to_party(self, data: st.DataObject, step: str) -> None:
        party_id = self._any(data, self._parties())
        self._try(lambda: PARTY_STEPS[step](party_id))

    @rule(
        data=st.data(),
        which=st.integers(0, 2),
        by=st.sampled_from([TEAM, GUEST]),
        may_wait=st.sampled_from([True, True, False]),
    )
    def change_category(self, data: st.DataObject, which: int, by: Actor, may_wait: bool) -> None:
        elsewhere = {wish.id for wish in self.before.values() if wish.line != self.categories[which]}
        holding = [wish.id for wish in self.before.values() if wish.state in HOLDING and wish.id in elsewhere]
        row_id = self._any(data, holding * 2 + sorted(elsewhere))
        self._try(lambda: actions.change_category_of(row_id, self.categories[which], by=by, may_wait=may_wait))

    # -- More room, less room, and time ----------------------------------------------------------------------------

    @rule(which=st.integers(0, 1), more=st.integers(2, 3))
    def more_room_for_a_line(self, which: int, more: int) -> None:
        """Several places come free at once, and at the end of the line a party waits behind a guest."""
        self._set_capacity(which, 0)
        self.register(which, books=False)
        self.register_party(which, 2, split=False)
        self._set_capacity(which, more)

    @rule(which=st.integers(0, 2), more=st.sampled_from([None, -1, 0, 1, 2, 2, 3, 4]))
    def set_capacity(self, which: int, more: int | None) -> None:
        self._set_capacity(which, more)

    @rule(data=st.data(), more=st.sampled_from([None, -1, 0, 1, 2, 3]))
    def set_seats(self, data: st.DataObject, more: int | None) -> None:
        places_id = data.draw(st.sampled_from(sorted(self.subjects)))
        taken = db.session.get_one(Places, places_id).taken
        self._try(lambda: self.resize[places_id](None if more is None else max(0, taken + more)))

    @rule(data=st.data())
    def book(self, data: st.DataObject) -> None:
        alive = [wish.id for wish in self.before.values() if wish.state in ALIVE]
        row_id, subject = self._any(data, alive), data.draw(st.sampled_from(list(self.subjects.values())))
        self._try(lambda: actions.book(row_id, **subject, by=GUEST))

    @rule(data=st.data(), step=st.sampled_from(sorted(BOOKING_STEPS)))
    def do_to_booking(self, data: st.DataObject, step: str) -> None:
        if self.bookings_before:
            booking_id = self._any(data, self.bookings_before)
            self._try(lambda: BOOKING_STEPS[step](booking_id))

    @rule(everybody=st.booleans(), noticed=st.booleans())
    def hours_pass(self, everybody: bool, noticed: bool) -> None:
        """For all offers, or for the first; the worker notices, or whoever comes next does."""
        self._set_capacity(1, 1)
        with transaction() as session:
            for model in (Registration, Booking):
                offered = session.scalars(select(model).filter_by(state="offered").order_by(model.id)).all()
                for row in offered if everybody else offered[:1]:
                    if row.offer_expires_at is not None:
                        row.offer_expires_at = now() - timedelta(seconds=1)
        if noticed:
            actions.lapse_offers()

    # -- What always holds -----------------------------------------------------------------------------------------

    @invariant()
    def all_is_right(self) -> None:
        db.session.rollback()
        wishes, bookings = self._registrations(), self._bookings()
        assert wishes.keys() == self.ids, "nobody is lost"
        for wish in wishes.values():
            self._assert_came_from(self.before.get(wish.id), wish)
        alive = {wish.id for wish in wishes.values() if wish.state in ALIVE}
        # Whoever is erased or hands the place over leaves no answer behind, and so no choice; a seat leaves its row.
        seats = {seat.id for seat in self.bookings_before.values() if seat.line == self.seats_id}
        assert seats <= bookings.keys(), "no seat is lost"
        for booking in bookings.values():
            assert booking.state == "ended" or booking.owner in alive, "who has ended wishes no seat"
        for category, places_id in self.places.items():
            self._assert_line_is_kept(places_id, category, self.before, wishes, HOLDING)
        for places_id in self.subjects:
            self._assert_line_is_kept(places_id, places_id, self.bookings_before, bookings, HOLDING_SEAT)
        self.before, self.bookings_before, self.out_of_turn = wishes, bookings, False

    @staticmethod
    def _assert_came_from(before: Wish | None, wish: Wish) -> None:
        if before is None or (before.line, before.state) == (wish.line, wish.state):
            return
        if before.line != wish.line:
            assert before.state in ALIVE
            assert wish.state in {"pending", "waiting", "confirmed"}
            return
        reachable, found = {before.state}, {""}
        while found:
            found = {state for known in reachable for state in TRANSITIONS[known]} - reachable
            reachable |= found
        assert wish.state in reachable, f"no way leads from {before.state} to {wish.state}"

    def _assert_line_is_kept(
        self, places_id: int, line: int, before: Mapping[int, Wish], after: Mapping[int, Wish], holding: Iterable[str]
    ) -> None:
        places = db.session.get_one(Places, places_id)
        held = {wish.id: wish for wish in after.values() if wish.line == line and wish.state in holding}
        assert places.taken == len(held), "taken is confirmed and offered"
        assert places.capacity is None or places.taken <= places.capacity
        waiting = self._in_line(after.values(), line)
        assert all(places.free is not None and size > places.free for _turn, size in waiting), "nobody waits who fits"
        earlier = {wish.id for wish in before.values() if wish.line == line and wish.state in holding}
        moved = [held[row_id] for row_id in held.keys() - earlier]
        for turn, size in [] if self.out_of_turn else self._units(moved):
            passed = [other for ticket, other in waiting if ticket < turn]
            assert all(other > size for other in passed), "only who is too many for the room is passed"

    # What the team offers to somebody out of turn; the rules of the line say nothing about it.
    out_of_turn = False

    # -- Helpers ---------------------------------------------------------------------------------------------------

    def _step(self, step: str, row_id: int) -> None:
        self.out_of_turn = step == "offer one more"
        self._try(lambda: STEPS[step](row_id))

    def _set_capacity(self, which: int, more: int | None) -> None:
        category = self.categories[which]
        taken = db.session.get_one(Places, self.places[category]).taken
        self._try(lambda: actions.set_capacity(category, None if more is None else max(0, taken + more), by=TEAM))

    def _come(self, invitation: Invitation, which: int) -> None:
        wishes = Wishes(way=WayIn(invitation=invitation_token(invitation)), sessions=(self.bookable_id,))
        row = actions.register_attendee(
            self.event.id,
            self.categories[which],
            Attendee(name={"given_en": "Lei"}, email=f"came{next(NUMBERS)}@example.org"),
            by=GUEST,
            form_key=secrets.token_urlsafe(24),
            notice_id=None,
            wishes=wishes,
        )
        self.ids.add(row.id)

    def _registrations(self) -> dict[int, Wish]:
        query = select(Registration, Party).outerjoin(Party, Party.id == Registration.party_id)
        found: dict[int, Wish] = {}
        for row, party in db.session.execute(query.where(Registration.category_id.in_(self.categories))):
            together = party is not None and not party.split_allowed and row.created_at == party.created_at
            unit = ("party", party.id) if together else ("guest", row.id)
            found[row.id] = Wish(row.id, row.category_id, row.state, row.ticket or 0, unit)
        return found

    def _bookings(self) -> dict[int, Wish]:
        rows = db.session.scalars(select(Booking).where(Booking.places_id.in_(self.subjects)))
        return {
            row.id: Wish(row.id, row.places_id, row.state, row.ticket or 0, ("seat", row.id), row.registration_id)
            for row in rows
        }

    def _in_line(self, wishes: Iterable[Wish], line: int) -> list[tuple[int, int]]:
        return self._units(wish for wish in wishes if wish.line == line and wish.state == "waiting")

    @staticmethod
    def _units(wishes: Iterable[Wish]) -> list[tuple[int, int]]:
        """Those who go together: the turn of their last ticket, and how many they are."""
        units: dict[tuple[str, int], list[int]] = defaultdict(list)
        for wish in wishes:
            units[wish.unit].append(wish.ticket)
        return [(max(tickets), len(tickets)) for tickets in units.values()]

    def _category(self, which: int) -> Category:
        return db.session.get_one(Category, self.categories[which])

    def _parties(self) -> list[int]:
        mine = Registration.category_id.in_(self.categories) & Registration.party_id.is_not(None)
        return list(db.session.scalars(select(Registration.party_id).where(mine).distinct()))

    def _any(self, data: st.DataObject, ids: Iterable[int]) -> int:
        """One of these, or, if there is none, whoever came first."""
        return data.draw(st.sampled_from(sorted(ids) or [min(self.ids)]))

    @staticmethod
    def _try(act: Callable[[], object]) -> None:
        """A refusal is an answer, too; anything else that is raised is a fault."""
        try:
            act()
        except Refused:
            db.session.rollback()


def run(event: Any, examples: int, steps: int) -> None:
    Everything.event = event
    run_state_machine_as_test(
        Everything,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            # What failed is shown as it was found: to look for a shorter way there takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.both_databases
def test_whatever_people_do_in_whatever_order_places_and_line_are_right(event):
    run(event, examples=8, steps=25)


@pytest.mark.storm
@pytest.mark.both_databases
@pytest.mark.timeout(300)
def test_a_long_evening_of_changes_of_mind_leaves_places_and_line_right(event):
    run(event, examples=20, steps=50)
