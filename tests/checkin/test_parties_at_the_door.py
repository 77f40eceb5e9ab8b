"""A delegation at the door: the roster says who belongs together, and the team sees who of them is here."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.db import db
from eventapp.registration.actions.parties import Contact
from eventapp.registration.models import Party, Registration
from tests.checkin.stage import a_scan, make_guest
from tests.registration.guests import make_category as make_open_category
from tests.registration.test_parties import register as register_party

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def members(event, gate) -> list[Registration]:
    """Three who were registered together."""
    register_party(make_open_category(event, 40, "delegations", takes_parties=True), 3)
    return list(
        db.session.scalars(select(Registration).where(Registration.party_id.is_not(None)).order_by(Registration.id))
    )


def test_the_roster_says_who_belongs_together(event, members, scanner_at):
    make_guest(event)
    party = db.session.scalars(select(Party.public_id)).one()
    told = {entry["id"]: entry.get("party") for entry in scanner_at().get("roster")["changed"]}
    assert {told[member.public_id] for member in members} == {party}
    assert list(told.values()).count(None) == 1


def test_whoever_of_a_party_is_here_is_let_in_at_once_and_the_rest_later(event, members, scanner_at, staff, morning):
    scanner, ids = scanner_at(), [member.public_id for member in members]
    party = db.session.scalars(select(Party)).one()
    address = f"/manage/delta-2026/parties/{party.public_id}"
    organiser = staff()
    assert "came." not in organiser.get(address, status=200).words
    verdicts = scanner.send(*(a_scan(registration=one, method="search") for one in ids[:2]))
    assert [verdict["verdict"] for verdict in verdicts] == ["admitted", "admitted"]
    page = organiser.get(address, status=200)
    assert "2 of 3 came." in page.words
    cells = [row.xpath("string(./td[last()])").strip() for row in page.tree.xpath("//section[1]//tbody/tr")]
    assert cells == ["2026-11-23 09:00", "2026-11-23 09:00", "–"]
    morning.shift(600)
    again = scanner.send(*(a_scan(registration=one, method="search") for one in ids))
    assert [verdict["verdict"] for verdict in again] == ["already_in", "already_in", "admitted"]
    assert "3 of 3 came." in organiser.get(address, status=200).words
    row = organiser.get("/manage/delta-2026/parties", status=200).tree.xpath("//tbody/tr")[0]
    assert [cell.strip() for cell in row.xpath("./td[contains(@class, 'num')]/text()")][:3] == ["3", "3", "3"]


def test_the_list_of_parties_costs_the_same_for_few_and_for_many(event, members, scanner_at, staff, count_statements):
    organiser, scanner = staff("viewer"), scanner_at()

    def cost() -> int:
        with count_statements() as statements:
            organiser.get("/manage/delta-2026/parties", status=200)
        return len(statements)

    few = cost()
    category = members[0].category
    for number in range(3):
        register_party(category, 2, contact=Contact("Mr Li", f"contact{number}@example.org"))
    ids = db.session.scalars(select(Registration.public_id)).all()
    scanner.send(*(a_scan(registration=one, method="search") for one in ids))
    assert cost() == few
