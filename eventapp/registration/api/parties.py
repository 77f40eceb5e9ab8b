"""Parties for programs."""

from __future__ import annotations

from eventapp.access import allow
from eventapp.errors import NotFound
from eventapp.jsonapi import Program, operation
from eventapp.registration import actions, models, schemas
from eventapp.registration.actions.parties import Contact, Member
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.api import shapes
from eventapp.registration.api.pages import agreed_notice, blueprint, check_reachable, form_key_of, named_category
from eventapp.registration.api.registrations import READ, WRITE, attendee_of
from eventapp.registration.queries import members_of, party_of_event
from eventapp.registration.queries.listing import list_parties


@blueprint.get("/parties")
@allow("bearer")
@operation(READ, query=schemas.Paging, answer=schemas.PartyPage)
def parties(program: Program, asked: schemas.Paging) -> schemas.PartyPage:
    """The parties, the newest first."""
    found = list_parties(program.event.id, cursor=asked.cursor, limit=asked.limit)
    rows = [schemas.Party(**shapes.party_fields(row)) for row in found.rows]
    return schemas.PartyPage(parties=rows, total=found.total, next=found.next)


@blueprint.get("/parties/<public_id>")
@allow("bearer")
@operation(READ, answer=schemas.WholeParty)
def party(program: Program, public_id: str) -> schemas.WholeParty:
    """One party with its members."""
    found = party_of_event(program.event.id, public_id)
    if found is None:
        raise NotFound
    return _whole(found)


@blueprint.post("/parties")
@allow("bearer")
@operation(WRITE, status=201, body=schemas.NewParty, answer=schemas.WholeParty)
def register_party(program: Program, sent: schemas.NewParty) -> schemas.WholeParty:
    """Register a party: all confirmed or all waiting, or as many as fit if it may be split."""
    told = sent.contact
    check_reachable(told.email, told.phone, "contact.email")
    category, notice_id = named_category(program, sent.category), agreed_notice(program, sent.notice_version)
    made = actions.register_party(
        program.event.id,
        category.id,
        Contact(told.name, told.email, told.phone, told.party, told.language, told.split_allowed),
        [Member(attendee_of(member), member.role) for member in sent.members],
        by=program.actor,
        form_key=form_key_of(program, "party", sent.key)[:60],
        notice_id=notice_id,
        wishes=Wishes(consents=frozenset(sent.consents if notice_id is not None else ())),
    )
    return _whole(made)


def _whole(row: models.Party) -> schemas.WholeParty:
    members = shapes.registrations(members_of(row.id))
    return schemas.WholeParty(**shapes.party_fields(row), members=members)
