"""The JSON API does what its description says, whatever is sent: no failure of ours, no other status, no other shape."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device
from eventapp.registration.actions import NewChoice, add_question, book
from tests.registration.guests import make_category, make_notice, register_guest
from tests.registration.programs import Caller, guest_body, token_of
from tests.registration.seats import make_seats

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FEW, MANY = 20, 120
# With a valid token of this very event nobody is refused as a stranger.
DESCRIBED = {200, 201, 204, 400, 404, 409, 413, 422, 429}


class Stage:
    """An event with one of each, and what stands for the parts of an address and of a body that name rows."""

    def __init__(self, client: Any, event: Any) -> None:
        category, self.event = make_category(event, 3), event
        make_notice(event)
        choices = [NewChoice("At the lake", "湖边", 2), NewChoice("In the hall", "厅内")]
        add_question(event.id, by=SYSTEM, code="lunch", kind="choice", label_en="Lunch", choices=choices)
        question = add_question(event.id, by=SYSTEM, code="plate", kind="short_text", label_en="Plate")
        row, self.seats = register_guest(category), make_seats(event, 2)
        book(row.id, bookable_id=self.seats.id, by=SYSTEM)
        api = Caller(client, event)
        invited = {name: guest_body()[name] for name in ("category", "name", "email")}
        members = [{"name": guest_body()["name"]}]
        contact = {"name": "Han Mei", "email": "han@example.org"}
        party = {"key": "delegation-1", "category": "industry", "contact": contact, "members": members}
        self.ids = {
            "registrations": row.public_id,
            "categories": category.public_id,
            "questions": question.public_id,
            "invitations": api.post("/invitations", invited)["id"],
            "parties": api.post("/parties", party)["id"],
        }
        add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate", name_zh="门")
        self.keys = {
            "token": token_of(event),
            "device": pair_device(create_device(event.id, "Phone", by=SYSTEM, may_register=True)[1], by=SYSTEM)[1],
        }

    def set(self, case: Any) -> dict[str, str]:
        """Let a case speak of rows that there are; returns the headers of who asks."""
        parts = case.path.split("/")
        if "/events/" in case.path:
            case.path_parameters["event"] = self.event.slug
            if "public_id" in case.path_parameters:
                case.path_parameters["public_id"] = self.ids[parts[5]]
            if "session" in case.path_parameters:
                case.path_parameters["session"] = self.seats.public_id
        if isinstance(case.body, dict):
            for name, value in (("category", "industry"), ("session", self.seats.public_id), ("checkpoint", "gate")):
                if isinstance(case.body.get(name), str):
                    case.body[name] = value
        key = self.keys["device" if "/checkin/" in case.path else "token"]
        # The caller of these tests reads no compressed answer.
        return {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}


@pytest.fixture
def stage(client, event) -> Stage:
    return Stage(client, event)


def _walk(app: Flask, stage: Stage, examples: int) -> set[int]:
    """Send so many made-up requests to each operation; returns the statuses of the answers."""
    description = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [found.ok() for found in description.get_all_operations()]
    assert len(operations) == 39
    return {status for operation in operations for status in _send(operation, stage, examples)}


def _send(operation: Any, stage: Stage, examples: int) -> set[int]:
    seen: set[int] = set()

    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples == FEW,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any) -> None:
        headers = stage.set(case)
        answer = case.call(headers=headers)
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    holds()
    return seen


def test_every_operation_answers_as_described(app, stage):
    assert {200, 201, 422} <= _walk(app, stage, FEW) <= DESCRIBED


@pytest.mark.storm
def test_every_operation_answers_as_described_to_much_more(app, stage):
    assert {200, 201, 204, 422} <= _walk(app, stage, MANY) <= DESCRIBED
