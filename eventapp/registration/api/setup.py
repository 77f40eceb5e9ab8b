"""Categories, sessions with seats and waiting lists for programs."""

from __future__ import annotations

from typing import Any

from eventapp.access import allow
from eventapp.jsonapi import Program, operation
from eventapp.registration import actions, schemas
from eventapp.registration.api import shapes
from eventapp.registration.api.pages import blueprint, load_category
from eventapp.registration.errors import CategoryNameMissing
from eventapp.registration.queries import bookables_of, categories_of, waiting_by_places, waiting_page

READ, WRITE = "setup:read", "setup:write"
BESIDES = {"name", "help", "version", "code", "capacity"}


@blueprint.get("/categories")
@allow("bearer")
@operation(READ, answer=schemas.Categories)
def categories(program: Program) -> schemas.Categories:
    """The categories in their order, with places."""
    return schemas.Categories(categories=[shapes.category(row) for row in categories_of(program.event.id)])


@blueprint.post("/categories")
@allow("bearer")
@operation(WRITE, status=201, body=schemas.CategoryToBe, answer=schemas.Category)
def add_category(program: Program, sent: schemas.CategoryToBe) -> schemas.Category:
    """Add a kind of attendee with its places."""
    if not (sent.name.en or sent.name.zh):
        raise CategoryNameMissing(field="name")
    made = actions.add_category(
        program.event.id, by=program.actor, code=sent.code, capacity=sent.capacity, **_values(sent)
    )
    return shapes.category(load_category(program, made.public_id))


@blueprint.patch("/categories/<public_id>")
@allow("bearer")
@operation(WRITE, body=schemas.CategoryChange, answer=schemas.Category)
def change_category(program: Program, public_id: str, sent: schemas.CategoryChange) -> schemas.Category:
    """Change names, help, colour, how guests get in and when."""
    found = load_category(program, public_id)
    actions.change_category(found.id, by=program.actor, version=sent.version, **_values(sent))
    return shapes.category(load_category(program, public_id))


@blueprint.put("/categories/<public_id>/capacity")
@allow("bearer")
@operation(WRITE, body=schemas.Capacity, answer=schemas.Category)
def set_capacity(program: Program, public_id: str, sent: schemas.Capacity) -> schemas.Category:
    """Set how many places there are; new ones go to the waiting list at once."""
    actions.set_capacity(load_category(program, public_id).id, sent.capacity, by=program.actor)
    return shapes.category(load_category(program, public_id))


@blueprint.put("/categories/<public_id>/open")
@allow("bearer")
@operation(WRITE, body=schemas.Opening, answer=schemas.Category)
def set_open(program: Program, public_id: str, sent: schemas.Opening) -> schemas.Category:
    """Open or close a category for new registrations."""
    change = actions.open_category if sent.open else actions.close_category
    change(load_category(program, public_id).id, by=program.actor)
    return shapes.category(load_category(program, public_id))


@blueprint.get("/categories/<public_id>/waiting")
@allow("bearer")
@operation("registrations:read", query=schemas.PageNumber, answer=schemas.WaitingPage)
def waiting(program: Program, public_id: str, asked: schemas.PageNumber) -> schemas.WaitingPage:
    """A category's waiting list in its order; a page beyond the last gives the last."""
    category = load_category(program, public_id)
    page, positions = waiting_page(category.id, asked.page)
    rows = [schemas.Waiting(position=positions[row.id], registration=shapes.registration(row)) for row in page.rows]
    return schemas.WaitingPage(waiting=rows, page=page.page, pages=page.pages, total=page.total)


@blueprint.get("/sessions")
@allow("bearer")
@operation(READ, answer=schemas.BookableSessions)
def sessions(program: Program) -> schemas.BookableSessions:
    """The sessions with seats of their own, by time."""
    waiting_for = waiting_by_places(program.event.id)
    return schemas.BookableSessions(
        sessions=[
            schemas.BookableSession(
                id=row.public_id,
                session=row.session.public_id,
                title=shapes.text(row.session.title),
                starts_at=row.session.starts_at,
                ends_at=row.session.ends_at,
                opens_at=row.opens_at,
                closes_at=row.closes_at,
                capacity=row.places.capacity,
                taken=row.places.taken,
                free=row.places.free,
                waiting=waiting_for.get(row.places_id, 0),
            )
            for row in bookables_of(program.event.id)
        ]
    )


def _values(sent: schemas.CategoryChange) -> dict[str, Any]:
    values: dict[str, Any] = sent.model_dump(exclude_unset=True, exclude=BESIDES)
    for field in ("name", "help"):
        words = getattr(sent, field)
        if words is not None:
            values |= {f"{field}_en": words.en, f"{field}_zh": words.zh}
    return values
