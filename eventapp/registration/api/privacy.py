"""The privacy notice and consents, for programs."""

from __future__ import annotations

from eventapp.access import allow
from eventapp.errors import NotFound
from eventapp.jsonapi import Program, operation
from eventapp.registration import schemas
from eventapp.registration.api import shapes
from eventapp.registration.api.pages import blueprint
from eventapp.registration.queries import agreeing_counts, current_notice, page_of_agreeing

READ = "privacy:read"


@blueprint.get("/privacy-notice")
@allow("bearer")
@operation(READ, answer=schemas.Notice)
def privacy_notice(program: Program) -> schemas.Notice:
    """The privacy notice in force."""
    notice = current_notice(program.event.id)
    if notice is None:
        raise NotFound
    return schemas.Notice(
        version=notice.version,
        body=shapes.text(notice.body),
        controller=shapes.text(notice.controller),
        contact=notice.contact,
        facts=notice.facts or {},
        content_hash=notice.content_hash,
        published_at=notice.published_at,
    )


@blueprint.get("/consents")
@allow("bearer")
@operation(READ, answer=schemas.ConsentCounts)
def consents(program: Program) -> schemas.ConsentCounts:
    """How many agree to each purpose now."""
    counts = sorted(agreeing_counts(program.event.id).items())
    return schemas.ConsentCounts(
        consents=[schemas.ConsentCount(purpose=purpose, agreeing=number) for purpose, number in counts]
    )


@blueprint.get("/consents/<purpose>")
@allow("bearer")
@operation(READ, query=schemas.PageNumber, answer=schemas.AgreeingPage)
def agreeing(program: Program, purpose: str, asked: schemas.PageNumber) -> schemas.AgreeingPage:
    """Who agrees to a purpose now, by name; a page beyond the last gives the last."""
    page = page_of_agreeing(program.event.id, purpose, asked.page)
    rows = shapes.registrations(page.rows)
    return schemas.AgreeingPage(registrations=rows, page=page.page, pages=page.pages, total=page.total)
