"""Releases: what would be published now, in words; the list of versions, what differs between them, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, flash, jsonify, request, url_for
from flask_babel import gettext as _

from eventapp.access import OWN_PREVIEW, allow, current_actor, current_event
from eventapp.accounts.queries import user_names
from eventapp.agenda import actions
from eventapp.agenda.differences import counted, differences
from eventapp.agenda.forms import ReleaseForm
from eventapp.agenda.grid import grid_of
from eventapp.agenda.manage.pages import BOTH, answer, blueprint
from eventapp.agenda.models import Release
from eventapp.agenda.queries import (
    GROUP_LABELS,
    Version,
    blocking_clashes,
    by_days,
    clashes_of,
    content_of,
    find_release,
    names_for,
    pending,
    releases_of,
    scheduled_release,
    shown_content,
    tell_by_group,
    unpublished,
    unpublished_label,
)
from eventapp.agenda.queries.notices import notice_of, notices_of, undecided_notice
from eventapp.agenda.release import Content
from eventapp.agenda.searching import Wanted
from eventapp.agenda.words import NOTICE_STATES
from eventapp.clock import now
from eventapp.errors import NotFound, Stale
from eventapp.events.actions import end_preview as end_preview_link
from eventapp.events.actions import make_preview_link
from eventapp.events.queries import preview_token
from eventapp.formpage import save_form
from eventapp.forms import ConfirmForm, DeskForm
from eventapp.web import no_store, see_other

RELEASES = "/manage/<event>/agenda/releases"


@blueprint.get(RELEASES)
@allow("agenda:read")
def releases(event: str) -> Response:
    """The versions that were published, and whether the draft says something else by now."""
    here = current_event()
    rows = releases_of(here.id)
    return answer(
        "agenda/releases.html",
        releases=rows,
        counts=_counts(rows),
        people=user_names({row.created_by for row in rows if row.created_by}),
        number=len(pending(here.id).differences),
        scheduled=scheduled_release(here.id),
        labels=GROUP_LABELS,
        preview=_preview_address(),
        own_preview=OWN_PREVIEW,
        unpublished_label=unpublished_label,
        notices=notices_of(here.id),
        undecided=undecided_notice(here.id),
        notice_states=NOTICE_STATES,
    )


@blueprint.get(f"{RELEASES}/pending")
@allow("agenda:read")
def pending_changes(event: str) -> Response:
    """How many changes no release holds yet, for the editor that is open."""
    number = unpublished(current_event().id)
    return no_store(jsonify(changes=number, label=unpublished_label(number)))


@blueprint.route(f"{RELEASES}/new", methods=BOTH)
@allow("agenda:change")
def new_release(event: str) -> Response:
    """Look at everything that is going to be different, then publish it now or at an hour."""
    here = current_event()
    found = pending(here.id)
    form = ReleaseForm(version=found.seen, zone=here.time_zone)

    def save() -> str:
        with _seen_anew(form, found.seen):
            release = actions.release_agenda(here.id, by=current_actor(), seen=form.version.data, **form.values())
        flash(_published(release), "good")
        return url_for(".release", event=event, number=release.number)

    return save_form(
        form, save, title=_("Review and publish"), label=_("Publish"), back=url_for(".releases", event=event),
        template="agenda/release_new.html", **_told(found.before, found.draft), **_warnings(),
    )  # fmt: skip


@blueprint.get(f"{RELEASES}/<int:number>")
@allow("agenda:read")
def release(event: str, number: int) -> Response:
    """One version, and what is different from another one: the one before it, if none is asked for."""
    here, row = current_event(), load_release(number)
    others = [other for other in releases_of(here.id) if other.number != number]
    asked = request.args.get("with", "")
    other = next((other for other in others if str(other.number) == asked), None)
    if not asked:
        other = next((other for other in others if other.number < number and other.state != "withdrawn"), None)
    return answer(
        "agenda/release.html",
        release=row,
        others=others,
        other=other,
        people=user_names({row.created_by} if row.created_by else set()),
        sessions=len(content_of(row, here.time_zone).sessions),
        notice=notice_of(row.id),
        notice_states=NOTICE_STATES,
        **_told(content_of(other, here.time_zone) if other else Content(), content_of(row, here.time_zone)),
    )


@blueprint.route(f"{RELEASES}/<int:number>/bring-back", methods=BOTH)
@allow("agenda:change")
def bring_back(event: str, number: int) -> Response:
    """Ask once more, then have this version be the draft again."""
    here, row = current_event(), load_release(number)
    found = pending(here.id)
    form = ConfirmForm(version=found.seen)

    def save() -> str:
        with _seen_anew(form, found.seen):
            actions.bring_back(here.id, number, by=current_actor(), seen=form.version.data)
        flash(_("The draft is release %(number)s again. Undo in the editor takes that back.", number=number), "good")
        return url_for(".releases", event=event)

    return save_form(
        form, save, title=_("Bring back release %(number)s?", number=number), label=_("Bring it back"),
        back=url_for(".release", event=event, number=number), template="agenda/release_bring_back.html",
        about=_("The draft becomes what this release holds. Guests see no difference until you publish it again."),
        **_told(found.draft, content_of(row, here.time_zone)),
    )  # fmt: skip


@blueprint.post(f"{RELEASES}/<int:number>/cancel")
@allow("agenda:change")
def cancel_release(event: str, number: int) -> Response:
    """Call off a release that waits for its hour."""
    actions.cancel_release(current_event().id, number, by=current_actor())
    flash(_("Release %(number)s was called off. Nothing was published.", number=number), "good")
    return see_other(url_for(".releases", event=event))


@blueprint.get(f"{RELEASES}/<int:number>/shown")
@allow("agenda:read")
def shown_release(event: str, number: int) -> Response:
    """One version as guests would see it, with those in it as they are called today."""
    here, row = current_event(), load_release(number)
    sessions = shown_content(here, content_of(row, here.time_zone).sessions, now())
    days = by_days(here, sessions)
    return answer(
        "agenda/agenda.html", days=days, grid_of=grid_of, at=now(), shown_number=number,
        zone=here.time_zone, wanted=Wanted(), choices=None,
        version=Version(row.number, row.published_at or row.created_at, row.note),
    )  # fmt: skip


@blueprint.post(f"{RELEASES}/preview")
@allow("event:change")
def make_preview(event: str) -> Response:
    """Make a preview link; the one before it stops working."""
    make_preview_link(current_event().id, by=current_actor())
    flash(_("The preview link was made. Whoever has it can see the draft."), "good")
    return see_other(url_for(".releases", event=event))


@blueprint.post(f"{RELEASES}/preview/end")
@allow("event:change")
def end_preview(event: str) -> Response:
    """End the preview link."""
    end_preview_link(current_event().id, by=current_actor())
    flash(_("The preview link was ended. It shows nothing any more."), "good")
    return see_other(url_for(".releases", event=event))


@contextmanager
def _seen_anew(form: DeskForm, seen: str) -> Iterator[None]:
    """What was refused because the draft is another one by now is shown again with the draft of now."""
    try:
        yield
    except Stale:
        form.version.data = seen
        raise


def load_release(number: int) -> Release:
    """A release of the event of this address. Raises NotFound."""
    row = find_release(current_event().id, number)
    if row is None:
        raise NotFound
    return row


def _counts(rows: Any) -> dict[int, dict[str, int]]:
    """How much each release changed, by its number; compared with the one before it that was published."""
    zone, counts, before = current_event().time_zone, {}, Content()
    for row in sorted(rows, key=lambda row: row.number):
        content = content_of(row, zone)
        counts[row.number] = counted(differences(before, content))
        before = before if row.state == "withdrawn" else content
    return counts


def _told(before: Content, after: Content) -> dict[str, Any]:
    here, found = current_event(), differences(before, after)
    names = names_for(here.id, before.sessions, after.sessions)
    return {
        "number_of_changes": len(found),
        "told": tell_by_group(found, names, here.time_zone),
        "first": not before.sessions,
    }


def _warnings() -> dict[str, Any]:
    here = current_event()
    blocking = blocking_clashes(here.id)
    return {
        "blocking": [told.sentence for told in blocking],
        "warnings": [told.sentence for told in clashes_of(here.id) if told.level != "block"],
        "scheduled": scheduled_release(here.id),
    }


def _published(release: Release) -> str:
    if release.state == "scheduled":
        return _("Release %(number)s is going to be published at its hour.", number=release.number)
    return _("Release %(number)s is published.", number=release.number)


def _preview_address() -> str | None:
    here = current_event()
    token = preview_token(here) if here.state != "archived" else None
    return url_for("agenda.agenda", event=here.slug, preview=token, _external=True) if token else None
