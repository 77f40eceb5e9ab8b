"""Personal invitations for programs."""

from __future__ import annotations

from eventapp.access import allow
from eventapp.errors import NotFound
from eventapp.jsonapi import Program, operation
from eventapp.registration import actions, models, schemas
from eventapp.registration.actions.invitations import Invited
from eventapp.registration.api import shapes
from eventapp.registration.api.pages import blueprint, named_category
from eventapp.registration.api.registrations import READ, WRITE
from eventapp.registration.queries import invitation_of_event
from eventapp.registration.queries.listing import list_invitations


@blueprint.get("/invitations")
@allow("bearer")
@operation(READ, query=schemas.InvitationFilter, answer=schemas.InvitationPage)
def invitations(program: Program, asked: schemas.InvitationFilter) -> schemas.InvitationPage:
    """Invitations, the newest first, by words and state."""
    found = list_invitations(
        program.event.id,
        words=asked.q.replace("\x00", ""),
        state=asked.state,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    rows = [shapes.invitation(row) for row in found.rows]
    return schemas.InvitationPage(invitations=rows, total=found.total, next=found.next)


@blueprint.post("/invitations")
@allow("bearer")
@operation(WRITE, status=201, body=schemas.NewInvitation, answer=schemas.Invitation)
def invite(program: Program, sent: schemas.NewInvitation) -> schemas.Invitation:
    """Draft an invitation; nothing is sent yet."""
    category = named_category(program, sent.category)
    guest = Invited(
        name=sent.name.model_dump(),
        email=sent.email,
        organisation=sent.organisation,
        position=sent.position,
        language=sent.language,
        plus_ones=sent.plus_ones,
        note=sent.note,
    )
    made = actions.add_invitation(program.event.id, category.id, guest, by=program.actor, expires_at=sent.expires_at)
    return shapes.invitation(_load(program, made.public_id))


@blueprint.post("/invitations/<public_id>/send")
@allow("bearer")
@operation(WRITE, refuses=(409, 422, 429), answer=schemas.Invitation)
def send_invitation(program: Program, public_id: str) -> schemas.Invitation:
    """Mail the invitation, or a reminder to whoever got it before."""
    actions.send_invitation(_load(program, public_id).id, by=program.actor)
    return shapes.invitation(_load(program, public_id))


def _load(program: Program, public_id: str) -> models.Invitation:
    found = invitation_of_event(program.event.id, public_id)
    if found is None:
        raise NotFound
    return found
