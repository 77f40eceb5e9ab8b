"""The JSON API about registration: what programs can do, what they are refused, and what no token opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actions import revoke_token
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import ApiToken, AuditEntry
from eventapp.accounts.roles import SCOPES
from eventapp.clock import now
from eventapp.db import db
from eventapp.openapi import describe_api
from eventapp.registration.actions import change_answers, keep_file
from eventapp.registration.models import Answer, Registration
from eventapp.registration.queries import link_token
from tests.architecture.routes import all_routes
from tests.registration.asking import PDF, answers, ask, ask_choice, choice_id
from tests.registration.guests import assert_places_add_up, count, make_category, make_notice, register_guest, states
from tests.registration.programs import Caller, guest_body, token_of
from tests.registration.seats import booking_states, make_seats

STRANGER = "0123456789abcdef"


@pytest.fixture
def category(event):
    return make_category(event, 2)


@pytest.fixture
def api(client, event, category) -> Caller:
    return Caller(client, event)


def _problem(answer: dict[str, Any]) -> tuple[str, int, list[str]]:
    return answer["type"], answer["status"], [wrong["field"] for wrong in answer.get("errors", [])]


# -- Registrations ---------------------------------------------------------------------------------------------------


def test_a_program_registers_a_guest_with_answers_consents_and_sessions(api, event, category):
    notice = make_notice(event)
    ask(event, "car-plate", required=True)
    lunch = ask_choice(event, "lunch", ("At the lake", "湖边", 1), ("In the hall", "厅内", None))
    seats = make_seats(event, 1)
    made = api.post(
        "/registrations",
        guest_body(
            answers={"car-plate": " 浙A  12345 ", "lunch": choice_id(lunch, "At the lake")},
            sessions=[seats.public_id],
            notice_version=notice.version,
        ),
    )
    row = db.session.scalars(select(Registration)).one()
    assert (made["id"], made["state"], made["name"]) == (row.public_id, "confirmed", {"en": "Lei Li", "zh": "李雷"})
    assert [(one["question"], one["text"]["en"]) for one in made["answers"]] == [
        ("car-plate", "浙A 12345"),
        ("lunch", "At the lake"),
    ]
    assert [(one["session"], one["state"]) for one in made["bookings"]] == [(seats.public_id, "confirmed")]
    assert [consent.purpose for consent in row.consents] == ["registration"]
    assert api.get(f"/registrations/{made['id']}") == made
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "register")).one()
    assert (entry.actor_kind, entry.actor_id) == ("token", db.session.scalars(select(ApiToken.id)).one())


def test_the_same_key_registers_once_and_gives_the_same_answer(api, category):
    first = api.post("/registrations", guest_body())
    assert api.post("/registrations", guest_body(email="other@example.org")) == first
    assert count(Registration) == 1
    assert api.post("/registrations", guest_body(key="booking-0002"))["id"] != first["id"]
    assert_places_add_up(category.id)


def test_the_key_of_another_events_program_leads_to_nobody_there(api, client, new_event):
    other = new_event(slug="other-2026")
    make_category(other)
    theirs = Caller(client, other).post("/registrations", guest_body())
    ours = api.post("/registrations", guest_body())
    assert ours["id"] != theirs["id"]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"category": "nobodys"}, ("Wrongly", 422, ["category"])),
        ({"name": {}}, ("Wrongly", 422, ["name"])),
        ({"name": {"given_en": "Lei\u202e"}}, ("Wrongly", 422, ["name.given_en"])),
        ({"email": "", "phone": ""}, ("NoWayToReach", 422, ["email"])),
        ({"email": "lei at example"}, ("Wrongly", 422, ["email"])),
        ({"phone": "12"}, ("Wrongly", 422, ["phone"])),
        ({"language": "fr"}, ("Wrongly", 422, ["language"])),
        ({"organisation": "x" * 201}, ("Wrongly", 422, ["organisation"])),
        ({"answers": {"shoe-size": 43}}, ("Wrongly", 422, ["answers.shoe-size"])),
        ({"answers": {}}, ("Wrongly", 422, ["answers.car-plate"])),
        ({"sessions": [STRANGER]}, ("Wrongly", 422, ["sessions"])),
        ({"notice_version": 7}, ("NoticeChanged", 422, ["notice_version"])),
        ({"person_id": 1}, ("Wrongly", 422, ["person_id"])),
        ({"key": "short"}, ("Wrongly", 422, ["key"])),
    ],
)
def test_what_is_not_right_is_refused_beside_its_field_and_nothing_is_kept(api, event, values, wrong):
    ask(event, "car-plate", required=True)
    sent = guest_body(answers={"car-plate": "A1"}) | values
    assert _problem(api.post("/registrations", sent, status=422)) == wrong
    assert count(Registration) == 0


def test_a_damaged_body_is_refused(api, client):
    headers = {"Authorization": f"Bearer {api.token}"}
    for body in (b"", b"{", b"[" * 100_000, b'{"key": "\\ud800"}', b"\xff\xfe"):
        answer = client.open(f"{api.base}/registrations", method="POST", data=body, headers=headers)
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_lists_are_read_page_by_page_without_one_twice_or_missing(api, category):
    ids = [register_guest(category, number).public_id for number in range(1, 6)]
    found, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/registrations?limit=2&cursor={cursor}")
        assert page["total"] == 5
        found += [row["id"] for row in page["registrations"]]
        cursor = page["next"]
    assert found == ids[::-1]


def test_lists_are_filtered_by_words_state_and_category(api, event, category):
    for number in range(1, 4):
        register_guest(category, number)
    media = register_guest(make_category(event, code="media"), 4, organisation="Daily")
    assert api.get("/registrations?state=waiting")["total"] == 1
    assert [row["id"] for row in api.get("/registrations?q=daily")["registrations"]] == [media.public_id]
    assert [row["id"] for row in api.get("/registrations?category=media")["registrations"]] == [media.public_id]
    assert api.get("/registrations?state=lost", status=422)["errors"][0]["field"].startswith("state")


def test_a_long_list_takes_as_many_statements_as_a_short_one(api, event, count_statements):
    roomy = make_category(event, None, "roomy")
    register_guest(roomy, 1)
    api.get("/registrations?limit=100")
    with count_statements() as few:
        api.get("/registrations?limit=100")
    for number in range(2, 30):
        register_guest(roomy, number % 5)
    with count_statements() as many:
        assert api.get("/registrations?limit=100")["total"] > 20
    assert len(few) == len(many)


def test_details_are_changed_and_a_change_made_meanwhile_is_not_overwritten(api, category):
    row = register_guest(category)
    seen = api.get(f"/registrations/{row.public_id}")
    path = f"/registrations/{row.public_id}"
    changed = api.ask("PATCH", path, {"organisation": "Works", "version": seen["version"]})
    assert (changed["organisation"], changed["name"]) == ("Works", seen["name"])
    late = api.ask("PATCH", path, {"organisation": "Late", "version": seen["version"]}, status=409)
    assert _problem(late) == ("Stale", 409, [])
    assert api.get(path)["organisation"] == "Works"


def test_answers_are_changed_and_what_hangs_on_them_goes(api, event, category):
    comes = ask(event, "by-car", "yes_no")
    ask(event, "plate", condition_id=comes.id, condition_value="yes")
    made = api.post("/registrations", guest_body(answers={"by-car": True, "plate": "A1"}))
    path, version = f"/registrations/{made['id']}/answers", made["answers_version"]
    changed = api.ask("PATCH", path, {"answers": {"by-car": False}, "version": version})
    assert [(one["question"], one["value"]) for one in changed["answers"]] == [("by-car", False)]
    stale = api.ask("PATCH", path, {"answers": {"by-car": True}, "version": version}, status=409)
    assert stale["type"] == "Stale"
    not_asked = api.ask("PATCH", path, {"answers": {"plate": "B2"}}, status=422)
    assert _problem(not_asked) == ("Wrongly", 422, ["answers.plate"])
    assert answers() == {"by-car": False}


def test_a_sensitive_answer_needs_its_consent(api, event):
    notice = make_notice(event)
    ask(event, "diet", purpose="sensitive")
    sent = guest_body(answers={"diet": "No nuts"}, notice_version=notice.version)
    assert _problem(api.post("/registrations", sent, status=422)) == ("Wrongly", 422, ["answers.diet"])
    assert api.post("/registrations", {**sent, "consents": ["sensitive"]})["answers"][0]["value"] == "No nuts"


def test_numbers_of_documents_files_and_secrets_never_leave(api, event, category):
    passport, letter = ask(event, "passport", "document", purpose="documents"), ask(event, "letter", "file")
    row = register_guest(category)
    key = "form-key-of-a-letter-000001"
    file = keep_file(event.id, letter.id, PDF, "letter.pdf", form_key=key, by=SYSTEM)
    told = {passport.id: "E12345678", letter.id: file.public_id}
    change_answers(row.id, told, among=list(told), by=SYSTEM, form_key=key)
    sealed = db.session.scalars(select(Answer.sealed).where(Answer.question_id == passport.id)).one()
    secrets = ["E12345678", "5678", sealed, file.public_id, file.stored_as, link_token(row), row.link_hash]
    secrets += [row.short_code, row.link_sealed, row.form_key]
    for path in (f"/registrations/{row.public_id}", "/registrations", "/questions", "/categories"):
        text = str(api.get(path))
        assert [secret for secret in secrets if secret in text] == []


def test_a_program_decides_and_a_second_decision_comes_too_late(api, event):
    make_category(event, code="government", needs_approval=True)
    made = api.post("/registrations", guest_body(category="government"))
    path = f"/registrations/{made['id']}/decisions"
    approved = api.post(path, {"decision": "approve", "reason": {"en": "Welcome."}}, status=200)
    assert (made["state"], approved["state"], approved["reason"]["zh"]) == ("pending", "confirmed", "Welcome.")
    assert api.post(path, {"decision": "decline"}, status=409)["type"] == "NotPossibleNow"
    assert api.post(path, {"decision": "withdraw"}, status=200)["state"] == "withdrawn"
    assert api.post(path, {"decision": "cancel"}, status=409)["type"] == "NotPossibleNow"


def test_a_withdrawn_place_goes_on_at_once(api, category):
    rows = [register_guest(category, number) for number in range(1, 4)]
    waiting = api.get(f"/categories/{category.public_id}/waiting")
    assert [(one["position"], one["registration"]["id"]) for one in waiting["waiting"]] == [(1, rows[2].public_id)]
    api.post(f"/registrations/{rows[0].public_id}/decisions", {"decision": "withdraw"}, status=200)
    assert states(category) == ["withdrawn", "confirmed", "confirmed"]
    assert_places_add_up(category.id)


def test_a_registration_moves_to_another_category_if_there_is_room(api, event, category):
    full = make_category(event, 0, "full")
    row = register_guest(category)
    path = f"/registrations/{row.public_id}/category"
    assert api.ask("PUT", path, {"category": "full"}, status=409)["type"] == "NoPlaceThere"
    assert api.ask("PUT", path, {"category": "full", "may_wait": True})["state"] == "waiting"
    assert api.ask("PUT", path, {"category": full.public_id}, status=422)["type"] == "SameCategory"


def test_an_address_is_corrected(api, category):
    row = register_guest(category)
    path = f"/registrations/{row.public_id}/email"
    assert api.ask("PUT", path, {"email": "New@Example.org"})["email"] == "new@example.org"
    assert api.ask("PUT", path, {"email": "new@example.org"}, status=422)["type"] == "SameAddress"


# -- Bookings, categories, questions ---------------------------------------------------------------------------------


def test_a_program_books_and_gives_up_and_the_seat_goes_to_the_next(api, event, category):
    seats = make_seats(event, 1)
    first, second = register_guest(category, 1), register_guest(category, 2)
    wish = {"session": seats.public_id}
    assert api.post(f"/registrations/{first.public_id}/bookings", wish)["state"] == "confirmed"
    assert api.post(f"/registrations/{second.public_id}/bookings", wish)["state"] == "waiting"
    assert api.get("/sessions")["sessions"][0]["waiting"] == 1
    given_up = f"/registrations/{first.public_id}/bookings/{seats.public_id}"
    api.ask("DELETE", given_up, status=204)
    assert booking_states(seats) == ["ended", "confirmed"]
    api.ask("DELETE", given_up, status=204)
    live = api.get(f"/bookings?session={seats.public_id}")
    assert [(one["registration"], one["state"]) for one in live["bookings"]] == [(second.public_id, "confirmed")]
    api.ask("DELETE", f"/registrations/{first.public_id}/bookings/{STRANGER}", status=404)


def test_a_program_sets_up_categories(api, category):
    made = api.post("/categories", {"code": "vip", "name": {"en": "Guests of honour"}, "capacity": 3})
    assert (made["name"]["zh"], made["capacity"], made["taken"]) == ("Guests of honour", 3, 0)
    path = f"/categories/{made['id']}"
    changed = api.ask("PATCH", path, {"name": {"zh": "嘉宾"}, "version": made["version"]})
    assert changed["name"] == {"en": "嘉宾", "zh": "嘉宾"}
    assert api.ask("PATCH", path, {"colour": "#000000", "version": made["version"]}, status=409)["type"] == "Stale"
    register_guest(category)
    capacity = f"/categories/{category.public_id}/capacity"
    assert api.ask("PUT", capacity, {"capacity": 0}, status=422)["type"] == "CapacityBelowTaken"
    assert api.ask("PUT", capacity, {"capacity": None})["free"] is None
    assert api.ask("PUT", f"{path}/open", {"open": False})["open"] is False
    assert api.post("/categories", {"code": "vip", "name": {"en": "Again"}}, status=422)["type"] == "CategoryCodeTaken"
    assert [row["code"] for row in api.get("/categories")["categories"]] == ["industry", "vip"]


def test_a_program_asks_changes_and_archives_questions(api, event):
    choices = [{"label": {"en": "Yes, please", "zh": "是"}, "capacity": 5}, {"label": {"en": "No", "zh": "否"}}]
    sent = {"code": "tour", "kind": "choice", "label": {"en": "Tour", "zh": "参观"}, "choices": choices}
    made = api.post("/questions", sent)
    assert [(one["label"]["zh"], one["capacity"]) for one in made["choices"]] == [("是", 5), ("否", None)]
    assert made["value"]["enum"] == [one["id"] for one in made["choices"]]
    depending = {"code": "size", "kind": "number", "label": {"en": "Shoe size"}, "most": 60}
    depending |= {"condition": made["id"], "condition_value": made["choices"][0]["id"]}
    assert api.post("/questions", depending)["condition"] == made["id"]
    path = f"/questions/{made['id']}"
    assert api.ask("PATCH", path, {"required": True, "version": made["version"]})["required"] is True
    assert api.ask("PATCH", path, {"required": False, "version": made["version"]}, status=409)["type"] == "Stale"
    refused = api.ask("POST", f"{path}/archive", status=409)
    assert refused["type"] == "QuestionInUse"
    listed = api.get("/questions")
    assert [row["code"] for row in listed["questions"]] == ["tour", "size"]
    assert listed["answers"]["properties"]["size"]["maximum"] == 60


def test_a_question_that_cannot_be_asked_is_refused(api, event):
    plain = {"code": "plate", "kind": "short_text", "label": {"en": "Plate"}}
    for values, wrong in (
        ({"kind": "choice"}, ["choices"]),
        ({"label": {}}, ["label"]),
        ({"condition": STRANGER}, ["condition"]),
        ({"categories": [STRANGER]}, ["categories"]),
    ):
        assert _problem(api.post("/questions", {**plain, **values}, status=422))[1:] == (422, wrong)
    assert api.get("/questions")["questions"] == []


# -- Parties, invitations, privacy -----------------------------------------------------------------------------------


def test_a_party_comes_together_or_waits_together(api, category):
    name = {"given_en": "Mei", "family_en": "Han"}
    sent = {
        "key": "delegation-1",
        "category": "industry",
        "contact": {"name": "Han Mei", "email": "han@example.org"},
        "members": [{"name": name, "role": "head"}, {"name": name}, {"name": name}],
    }
    made = api.post("/parties", sent)
    assert [(row["state"], row["party_role"]) for row in made["members"]] == [
        ("waiting", "head"),
        ("waiting", "member"),
        ("waiting", "member"),
    ]
    assert api.post("/parties", sent) == made == api.get(f"/parties/{made['id']}")
    assert [row["id"] for row in api.get("/parties")["parties"]] == [made["id"]]
    unreachable = {**sent, "key": "delegation-2", "contact": {"name": "Han Mei"}}
    assert _problem(api.post("/parties", unreachable, status=422)) == ("NoWayToReach", 422, ["contact.email"])


def test_a_guest_is_invited_once_and_written_to_once_a_day(api, event):
    make_category(event, code="vip", entry="invitation")
    sent = {"category": "vip", "name": {"family_zh": "席", "given_zh": "酉民"}, "email": "xi@example.org"}
    made = api.post("/invitations", sent)
    assert (made["state"], made["mails"]) == ("drafted", 0)
    assert api.post("/invitations", sent, status=422)["type"] == "InvitedAlready"
    path = f"/invitations/{made['id']}/send"
    assert (api.ask("POST", path)["state"], api.ask("POST", path, status=409)["type"]) == ("sent", "RemindedToday")
    assert [row["id"] for row in api.get("/invitations?state=sent")["invitations"]] == [made["id"]]


def test_the_notice_and_who_agreed_to_what_are_told(api, event, category):
    api.get("/privacy-notice", status=404)
    notice = make_notice(event)
    row = register_guest(category)
    told = api.get("/privacy-notice")
    assert (told["version"], told["content_hash"]) == (1, notice.content_hash)
    assert api.get("/consents")["consents"] == [{"purpose": "registration", "agreeing": 1}]
    assert [one["id"] for one in api.get("/consents/registration")["registrations"]] == [row.public_id]
    assert api.get("/consents/marketing")["total"] == 0


# -- What no token opens ---------------------------------------------------------------------------------------------


def _operations(app, event) -> list[tuple[str, str, str]]:
    """Method, path and scope of every operation of the JSON API about an event."""
    return [
        (route.method, route.path, app.view_functions[route.endpoint].operation.scope)
        for route in all_routes(app, event.slug)
        if route.endpoint.startswith("registration_api.")
    ]


def _statuses(client, operations, token: str | None) -> dict[str, int]:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return {
        f"{method} {path}": client.open(path, method=method, headers=headers).status_code
        for method, path, _scope in operations
    }


def _all(operations, status: int) -> dict[str, int]:
    return {f"{method} {path}": status for method, path, _scope in operations}


def test_without_a_token_nothing_opens(client, app, event):
    operations = _operations(app, event)
    assert len(operations) > 30
    assert _statuses(client, operations, None) == _all(operations, 401)
    assert _statuses(client, operations, "x" * 43) == _all(operations, 401)
    answer = client.get(f"/api/v1/events/{event.slug}/categories")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_token_of_another_event_finds_nothing_here(client, app, event, new_event):
    operations = _operations(app, event)
    assert _statuses(client, operations, token_of(new_event(slug="other-2026"))) == _all(operations, 404)


def test_a_token_that_expired_or_was_revoked_opens_nothing(client, app, event):
    operations = _operations(app, event)
    short = token_of(event, expires_at=now() + timedelta(minutes=5))
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert _statuses(client, operations, short) == _all(operations, 401)
    revoke_token(db.session.scalars(select(ApiToken.id)).one(), by=SYSTEM)
    assert _statuses(client, operations, short) == _all(operations, 401)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_opens_its_own_operations_and_no_other(client, app, event, scope):
    operations = _operations(app, event)
    found = _statuses(client, operations, token_of(event, [scope]))
    closed = [one for one in operations if one[2] != scope]
    assert {name: found[name] for name in _all(closed, 403)} == _all(closed, 403)
    opened = {name: status for name, status in found.items() if name not in _all(closed, 403)}
    assert opened != {}
    assert not set(opened.values()) & {401, 403, 500}


def test_things_of_another_event_are_not_found_by_a_token_of_this_one(client, event, new_event):
    other = new_event(slug="other-2026")
    theirs = make_category(other)
    row, seats = register_guest(theirs), make_seats(other, 3)
    question = ask(other, "plate")
    make_category(event, code="ours")
    api = Caller(client, event)
    for method, path, body in (
        ("GET", f"/registrations/{row.public_id}", None),
        ("PATCH", f"/registrations/{row.public_id}", {"organisation": "Ours"}),
        ("POST", f"/registrations/{row.public_id}/decisions", {"decision": "cancel"}),
        ("GET", f"/categories/{theirs.public_id}/waiting", None),
        ("PUT", f"/categories/{theirs.public_id}/capacity", {"capacity": 0}),
        ("PATCH", f"/questions/{question.public_id}", {"required": True}),
    ):
        api.ask(method, path, body, status=404)
    mine = api.post("/registrations", guest_body(category="ours"))
    api.post(f"/registrations/{mine['id']}/bookings", {"session": seats.public_id}, status=422)
    api.post("/registrations", guest_body(category=theirs.public_id, key="another-key"), status=422)
    api.ask("PUT", f"/registrations/{mine['id']}/category", {"category": theirs.public_id}, status=422)


def test_a_program_prepares_a_draft_that_nobody_else_sees(client, new_event):
    draft = new_event(slug="draft-2026", state="draft")
    api = Caller(client, draft)
    assert api.get("/categories") == {"categories": []}
    client.get(f"/api/v1/events/{draft.slug}/categories", status=404)
    client.get(f"/e/{draft.slug}/", status=404)


def test_when_a_token_was_used_is_noted_once_a_minute(client, event):
    api = Caller(client, event)
    at = now()
    noted = []
    for seconds in (0, 30, 61):
        with time_machine.travel(at + timedelta(seconds=seconds), tick=False):
            api.get("/categories")
        noted.append(db.session.scalars(select(ApiToken.last_used_at)).one() - at)
    assert noted == [timedelta(0), timedelta(0), timedelta(seconds=61)]


def test_every_operation_is_described_once(app, client):
    told = describe_api(app)
    assert client.get("/api/v1/openapi.json", status=200).get_json() == told
    ids = [one["operationId"] for path in told["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids)) >= 35
    assert {"/api/v1/checkin/scans", "/api/v1/checkin/search", "/api/v1/checkin/stats"} <= set(told["paths"])
    assert not [name for name in told["components"]["schemas"] if "__" in name]
