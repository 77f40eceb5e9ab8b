"""Somebody cannot come: settled in one step, shown at once or with the next release, and taken back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.agenda.actions import change_part, redo, set_reply, undo
from eventapp.agenda.errors import Clashes
from eventapp.agenda.history import content
from eventapp.agenda.models import AgendaChange, Part
from eventapp.agenda.queries import public_agenda
from eventapp.agenda.queries.history import rows_of_event, what_was_done
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.queries import get_event
from eventapp.messaging.models import OutboxMessage
from eventapp.people.actions import place_person
from eventapp.registration.actions import RegistrationsPurged
from eventapp.speakers.actions import (
    answer_part,
    forget_withdrawals,
    remind_due,
    resume_reminders,
    stop_reminders,
    take_back_withdrawal,
    withdraw_person,
)
from eventapp.speakers.errors import DeputyNeeded, NothingSettled, NotWithdrawn, PartsChanged, SamePerson
from eventapp.speakers.models import SpeakerInvitation, Withdrawal
from eventapp.speakers.queries import parts_of_person
from eventapp.speakers.queries.withdrawals import standing_withdrawal
from eventapp.speakers.settling import Settlement, seen_parts
from tests.agenda.stage import at, make_item, make_part, make_person, make_session, publish
from tests.ground.storms import while_others_look
from tests.speakers.stage import SPEAKER, fresh, invited, make_another_part, make_speaker
from tests.speakers.test_pages import desk_address


def settle(event: Any, person: Any, *ways: Settlement, **given: Any) -> Withdrawal:
    """Settle a person's parts in their order."""
    parts = parts_of_person(event, person.id)
    settled = {planned.part.public_id: way for planned, way in zip(parts, ways, strict=True)}
    return withdraw_person(event.id, person.id, settled, **{"by": SYSTEM, "seen": seen_parts(parts), **given})


def appearing(event: Any) -> list[tuple[str, str, str]]:
    """Whom the public sees, how, and as what."""
    db.session.rollback()
    return [
        (part.person.shown_name.en, part.mode, part.as_what.en)
        for session in public_agenda(event, now()).sessions
        for item in session.items
        for part in item.parts
        if part.person
    ]


def agenda_content(event: Any) -> dict[Any, Any]:
    db.session.rollback()
    return {key: content(row) for key, row in rows_of_event(event.id).items()}


def stands(part: Part) -> tuple[str, str, str, str, str]:
    row = fresh(part)
    return row.person.shown_name.en, row.mode, row.reply, row.as_en, row.as_zh


# -- What becomes of a part ----------------------------------------------------------------------------------------


def test_a_deputy_takes_over_in_place_of_the_person_and_is_asked_anew(event):
    person, part = make_speaker(event)
    deputy = make_person("Mei", "Wang", given_zh="梅", family_zh="王")
    answer_part(invited(event, person).id, part.public_id, "declined", by=SPEAKER)
    settle(event, person, Settlement("deputy", deputy.id))
    assert stands(part) == ("Mei Wang", "in_person", "open", "in place of Youmin Xi", "代席酉民")
    [row] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "withdraw_person"))
    assert row.after == {
        "parts": {part.public_id: "deputy"},
        "change": standing_withdrawal(event.id, person.id).change_number,
    }


def test_what_they_appear_as_stays_before_whom_they_stand_for(event):
    person, _part = make_speaker(event)
    honour = make_another_part(event, person, as_en="Honorary Director", as_zh="名誉院长")
    settle(event, person, Settlement("keep"), Settlement("deputy", make_person("Mei", "Wang").id))
    assert stands(honour)[3:] == ("Honorary Director, in place of Youmin Xi", "名誉院长，代席酉民")


@pytest.mark.parametrize("way", ["deputy", "read_by_other"])
def test_nobody_who_is_undisclosed_is_named_by_it(event, client, way):
    person, part = make_speaker(event)
    other = make_person("Mei", "Wang", given_zh="梅", family_zh="王")
    hidden = person if way == "deputy" else other
    place_person(event.id, hidden.id, by=SYSTEM, undisclosed_until=now() + timedelta(days=1))
    publish(event)
    settle(event, person, Settlement(way, other.id), at_once=True)
    assert stands(part)[3:] == ("", "")
    for ending in ("", ".ics", ".json", ".xml"):
        shown = client.get(f"/e/{event.slug}/agenda{ending}", status=200).get_data(as_text=True)
        assert [name for name in (hidden.shown_name.en, hidden.shown_name.zh) if name in shown] == []


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("recorded", ("Youmin Xi", "recorded", "accepted", "", "")),
        ("online", ("Youmin Xi", "online", "accepted", "", "")),
        ("read_by_other", ("Youmin Xi", "read_by_other", "accepted", "read by Mei Wang", "由王梅宣读")),
    ],
)
def test_who_declined_to_come_is_heard_in_another_way_and_named_again(event, way, expected):
    person, part = make_speaker(event)
    reader = make_person("Mei", "Wang", given_zh="梅", family_zh="王")
    answer_part(invited(event, person).id, part.public_id, "declined", by=SPEAKER)
    settle(event, person, Settlement(way, reader.id))
    assert stands(part) == expected


def test_several_parts_are_one_change_of_the_history_and_its_undo_is_exact(event):
    person, part = make_speaker(event)
    make_another_part(event, person)
    before = agenda_content(event)
    number = settle(event, person, Settlement("remove"), Settlement("recorded")).change_number
    change = db.session.scalars(select(AgendaChange).where(AgendaChange.number == number)).one()
    assert what_was_done(change) == "settled that Youmin Xi cannot come"
    assert db.session.get(Part, part.id) is None
    assert agenda_content(event) != before
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    assert agenda_content(event) == before
    assert standing_withdrawal(event.id, person.id) is None


# -- Mails ---------------------------------------------------------------------------------------------------------


def waiting() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(row.template, row.cause) for row in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def test_what_waits_for_them_stops_and_goes_out_again_when_taken_back(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    mails, due = waiting(), fresh(invitation).next_reminder_at
    assert (len(mails), due is not None) == (1, True)
    settle(event, person, Settlement("remove"))
    assert (waiting(), fresh(invitation).next_reminder_at) == ([], None)
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    assert (waiting(), fresh(invitation).next_reminder_at) == (mails, due)


def test_what_waits_for_them_stops_wherever_it_goes_and_a_worker_that_failed_does_not_try_again(event):
    person, _part = make_speaker(event)
    invited(event, person)
    with transaction() as session:
        session.execute(update(OutboxMessage).values(recipient="elsewhere@example.org", state="sending"))
    settle(event, person, Settlement("remove"))
    assert waiting() == []


def test_who_has_something_left_to_answer_is_asked_on(event):
    person, _part = make_speaker(event)
    make_another_part(event, person)
    invitation = invited(event, person)
    mails, due = waiting(), fresh(invitation).next_reminder_at
    settle(event, person, Settlement("remove"), Settlement("keep"))
    assert (waiting(), fresh(invitation).next_reminder_at) == (mails, due)


@pytest.mark.both_databases
@pytest.mark.parametrize("back", [(0, 1), (1, 0)])
def test_of_two_withdrawals_whichever_is_taken_back_they_are_asked_on_and_once(event, back):
    person, _part = make_speaker(event)
    make_another_part(event, person)
    invitation = invited(event, person)
    mails, due = waiting(), fresh(invitation).next_reminder_at
    deputy = make_person("Mei", "Wang")
    numbers = [settle(event, person, Settlement("deputy", deputy.id), Settlement("keep")).change_number]
    numbers.append(settle(event, person, Settlement("deputy", deputy.id)).change_number)
    assert (waiting(), fresh(invitation).next_reminder_at) == ([], None)
    for which in back:
        undo(event.id, by=SYSTEM, number=numbers[which])
        assert (waiting(), fresh(invitation).next_reminder_at) == (mails, due)
    for _ in numbers:
        redo(event.id, by=SYSTEM)
    assert (waiting(), fresh(invitation).next_reminder_at) == ([], None)


@pytest.mark.parametrize("before", [stop_reminders, resume_reminders])
@pytest.mark.parametrize("since", [(), (stop_reminders,), (resume_reminders,), (resume_reminders, stop_reminders)])
def test_whether_they_are_reminded_is_as_the_organiser_chose_last(event, before, since):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    due = fresh(invitation).next_reminder_at
    before(invitation.id, by=SYSTEM)
    settle(event, person, Settlement("remove"))
    for choose in since:
        choose(invitation.id, by=SYSTEM)
    with time_machine.travel(event.starts_at - timedelta(minutes=1)):
        assert remind_due() == 0
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    wanted = (before, *since)[-1] is resume_reminders
    assert (fresh(invitation).chased, fresh(invitation).next_reminder_at) == (wanted, due if wanted else None)


def test_what_was_stopped_is_not_sent_any_more_once_they_were_written_to_again(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    settle(event, person, Settlement("remove"))
    make_another_part(event, person)
    invited(event, person)
    again = [("speaker_invitation", f"speaker_invitation:{invitation.public_id}:2")]
    assert waiting() == again
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    assert waiting() == again


def test_the_pages_tell_of_no_reminder_while_there_is_nothing_to_answer(event, staff):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    set_reply(part.id, "accepted", by=SYSTEM)
    settle(event, person, Settlement("recorded"))
    resume_reminders(invitation.id, by=SYSTEM)
    desk = staff("organiser")
    for there in (desk_address(event, person), f"{desk_address(event, person)}/cannot-come"):
        assert "Next remindernone" in desk.get(there).words
    assert "Next reminder" not in desk.get(f"/manage/{event.slug}/speakers").words


def test_what_was_stopped_goes_to_the_address_as_it_is_by_then(event):
    person, _part = make_speaker(event)
    invited(event, person)
    settle(event, person, Settlement("remove"))
    with transaction() as session:
        session.execute(update(SpeakerInvitation).values(email="new@example.org"))
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    assert db.session.scalars(select(OutboxMessage.recipient)).all() == ["new@example.org"]


def test_why_somebody_could_not_come_goes_with_the_data_of_the_event(event):
    person, _part = make_speaker(event)
    settle(event, person, Settlement("remove"), reason="Ill")
    forget_withdrawals(RegistrationsPurged(event.id, (), SYSTEM))
    db.session.rollback()
    assert db.session.scalars(select(Withdrawal.reason)).all() == [""]


def test_an_undo_and_a_redo_on_the_board_take_mails_and_public_along(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    publish(event)
    settle(event, person, Settlement("deputy", make_person("Mei", "Wang").id), at_once=True)
    undo(event.id, by=SYSTEM)
    assert (len(waiting()), appearing(event)) == (1, [("Youmin Xi", "in_person", "")])
    redo(event.id, by=SYSTEM)
    assert (waiting(), appearing(event)) == ([], [("Mei Wang", "in_person", "in place of Youmin Xi")])
    assert fresh(invitation).next_reminder_at is None
    assert standing_withdrawal(event.id, person.id) is not None


# -- Refused -------------------------------------------------------------------------------------------------------


def test_nothing_settled_no_deputy_or_the_same_person_is_refused_and_nothing_is_done(event):
    person, _part = make_speaker(event)
    before = agenda_content(event)
    for way, refusal in (
        (Settlement("keep"), NothingSettled),
        (Settlement("deputy"), DeputyNeeded),
        (Settlement("deputy", person.id), SamePerson),
    ):
        with pytest.raises(refusal):
            settle(event, person, way)
    assert agenda_content(event) == before
    assert db.session.scalars(select(Withdrawal)).all() == []


def test_a_deputy_who_is_elsewhere_at_that_time_is_refused_unless_wanted_all_the_same(event):
    person, part = make_speaker(event)
    deputy = make_person("Mei", "Wang")
    make_part(make_item(make_session(event, 9, 10, "Elsewhere"), 60), deputy)
    with pytest.raises(Clashes):
        settle(event, person, Settlement("deputy", deputy.id))
    assert stands(part)[0] == "Youmin Xi"
    settle(event, person, Settlement("deputy", deputy.id), despite_clashes=True)
    assert stands(part)[0] == "Mei Wang"


def test_what_was_seen_before_somebody_changed_a_part_is_refused(event):
    person, part = make_speaker(event)
    seen = seen_parts(parts_of_person(event, person.id))
    change_part(part.id, by=SYSTEM, mode="online")
    with pytest.raises(PartsChanged):
        settle(event, person, Settlement("remove"), seen=seen)
    assert stands(part)[1] == "online"


def test_what_is_taken_back_twice_is_refused(event):
    person, _part = make_speaker(event)
    settle(event, person, Settlement("remove"))
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    with pytest.raises(NotWithdrawn):
        take_back_withdrawal(event.id, person.id, by=SYSTEM)


# -- At the same moment --------------------------------------------------------------------------------------------


def settle_again(index: int, event_id: int, person_id: int, part: str, seen: str) -> int:
    return withdraw_person(event_id, person_id, {part: Settlement("recorded")}, by=SYSTEM, seen=seen).id


def settle_naively(index: int, event_id: int, person_id: int, part: str, seen: str) -> int:
    """Look first, write afterwards, with nothing that holds the two together."""
    assert seen_parts(parts_of_person(get_event(event_id), person_id)) == seen
    db.session.rollback()
    while_others_look()
    mine = Withdrawal(
        event_id=event_id, person_id=person_id, change_number=index + 100, stopped={}, live={}, withdrawn_at=now()
    )
    db.session.add(mine)
    db.session.commit()
    return mine.id


@pytest.mark.both_databases
@pytest.mark.storm
def test_of_several_who_settle_at_once_one_does(event, storm):
    person, part = make_speaker(event)
    seen = seen_parts(parts_of_person(event, person.id))
    values = (event.id, person.id, part.public_id, seen)
    outcomes = storm(settle_again, processes=2, threads=3, args=values)
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "PartsChanged": 5}
    assert len(db.session.scalars(select(Withdrawal)).all()) == 1
    naive = storm(
        settle_naively, processes=2, threads=3, args=(*values[:3], seen_parts(parts_of_person(event, person.id)))
    )
    assert Counter(outcome.refusal for outcome in naive) == {None: 6}, "the race is real"


# -- The page ------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_it_touches_settles_it_and_takes_it_back(event, staff):
    person, part = make_speaker(event)
    make_another_part(event, person)
    deputy = make_person("Mei", "Wang")
    invited(event, person)
    publish(event)
    desk = staff("organiser")
    there = f"{desk_address(event, person)}/cannot-come"
    page = desk.get(there, status=200)
    for told in (
        "Parts2",
        "Opening, Forum",
        "Mails not sent yet1",
        "As a guestNot registered",
        "Rivers and cities",
        "Learning together",
    ):
        assert told in page.words, told
    answer = desk.press(page, "Settle it", way_all="deputy", who_all=deputy.public_id, reason="Ill", at_once="y")
    shown = desk.follow(answer)
    assert "Settled. It can be taken back here, or on the board." in shown.words
    assert "Ill" in shown.words
    assert stands(part)[0] == "Mei Wang"
    assert appearing(event) == [("Mei Wang", "in_person", "in place of Youmin Xi")] * 2
    assert "Cannot come" in desk.get(desk_address(event, person)).words
    back = desk.follow(desk.press(shown, "Take it back: they come after all"))
    assert "Taken back. Everything stands as before." in back.words
    assert stands(part)[0] == "Youmin Xi"


def test_who_is_left_with_no_part_and_was_never_invited_can_be_taken_back_on_the_page(event, staff):
    person, _part = make_speaker(event)
    desk = staff("organiser")
    page = desk.get(f"{desk_address(event, person)}/cannot-come")
    [way] = page.tree.xpath("//select[starts-with(@name, 'way_')]/@name")
    shown = desk.follow(desk.press(page, "Settle it", **{way: "remove"}))
    desk.get(desk_address(event, person), status=200)
    desk.follow(desk.press(shown, "Take it back: they come after all"))
    assert len(parts_of_person(event, person.id)) == 1


def test_what_is_refused_stays_as_typed(event, staff):
    person, part = make_speaker(event)
    desk = staff("organiser")
    page = desk.get(f"{desk_address(event, person)}/cannot-come")
    way = f"way_{part.public_id}"
    answer = desk.press(page, "Settle it", status=422, reason="Ill", **{way: "deputy"})
    assert "Choose who takes over." in answer.errors
    assert answer.tree.xpath(f"//select[@name='{way}']/option[@selected]/@value") == ["deputy"]
    assert answer.tree.xpath("//textarea[@name='reason']")[0].text.strip() == "Ill"
    change_part(part.id, by=SYSTEM, mode="online")
    stale = desk.press(page, "Settle it", status=409, **{way: "remove"})
    assert "The parts of this person were changed a moment ago" in " ".join(stale.errors)
    desk.press(stale, "Settle it", **{way: "remove"})
    assert parts_of_person(event, person.id) == []


def test_a_deputy_who_is_elsewhere_can_be_wanted_all_the_same(event, staff):
    person, part = make_speaker(event)
    deputy = make_person("Mei", "Wang")
    make_part(make_item(make_session(event, 9, 10, "Elsewhere"), 60), deputy)
    desk = staff("organiser")
    page = desk.get(f"{desk_address(event, person)}/cannot-come")
    typed = {f"way_{part.public_id}": "deputy", f"who_{part.public_id}": deputy.public_id}
    refused = desk.press(page, "Settle it", status=409, **typed)
    assert "Mei Wang" in " ".join(refused.errors)
    desk.press(refused, "Settle it all the same")
    assert stands(part)[0] == "Mei Wang"


def test_who_may_only_read_does_not_settle(event, staff):
    person, part = make_speaker(event)
    there = f"{desk_address(event, person)}/cannot-come"
    assert staff("viewer").get(there).status_code == 403
    assert stands(part)[0] == "Youmin Xi"


def test_the_page_takes_as_many_statements_for_three_parts_as_for_thirty(event, staff, count_statements):
    person, _part = make_speaker(event)
    desk = staff("organiser")
    counts = []
    for number in (2, 28):
        session = make_session(event, 15, 16, "Forum", starts_at=at(event, 15), ends_at=at(event, 16))
        for _step in range(number):
            make_part(make_item(session, 1), person, "panellist", despite_clashes=True)
        with count_statements() as statements:
            desk.get(f"{desk_address(event, person)}/cannot-come", status=200)
        counts.append(len(statements))
    assert counts[0] == counts[1]
