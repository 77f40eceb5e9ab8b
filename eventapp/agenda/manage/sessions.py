"""The sessions of an event: the list with what clashes, one session, and its forms."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda import actions
from eventapp.agenda.forms import DeleteForm, SessionForm, WhenAndWhere
from eventapp.agenda.manage.pages import BOTH, SESSION, answer, asked, blueprint, handle, load_session, session_address
from eventapp.agenda.queries import (
    agenda_of,
    clashes_of,
    session_heading,
    session_of,
    tray_of,
    unpublished,
    unpublished_label,
)


@blueprint.get("/manage/<event>/agenda")
@allow("agenda:read")
def agenda(event: str) -> Response:
    """The sessions by day, with what clashes on top."""
    here = current_event()
    number = unpublished(here.id)
    return answer(
        "agenda/desk.html", days=agenda_of(here, None), tray=tray_of(here), clashes=clashes_of(here.id),
        unpublished=number, unpublished_label=unpublished_label(number),
    )  # fmt: skip


@blueprint.get(SESSION)
@allow("agenda:read")
def session(event: str, session: str) -> Response:
    """One session with its items and their parts."""
    row = load_session(session)
    shown = session_of(current_event(), row.public_id, None)
    clashes = [told for told in clashes_of(row.event_id) if row in told.sessions]
    return answer("agenda/desk_session.html", session=shown, clashes=clashes)


@blueprint.route("/manage/<event>/agenda/new", methods=BOTH)
@allow("agenda:change")
def new_session(event: str) -> Response:
    here = current_event()
    form = SessionForm(here)

    def save() -> str:
        row = actions.create_session(
            here.id, by=current_actor(), despite_clashes=form.despite_clashes.data, **form.values()
        )
        return session_address(row)

    return handle(form, save, _("New session"), _("Create the session"), back=url_for(".agenda", event=here.slug))


@blueprint.route(f"{SESSION}/change", methods=BOTH)
@allow("agenda:change")
def change_session(event: str, session: str) -> Response:
    row = load_session(session)
    form, back = SessionForm(current_event(), row), session_address(row)

    def save() -> str:
        actions.change_session(row.id, **asked(form), **form.values())
        return back

    return handle(form, save, _("Change the session"), _("Save"), back=back, about=session_heading(row))


@blueprint.route(f"{SESSION}/move", methods=BOTH)
@allow("agenda:change")
def move_session(event: str, session: str) -> Response:
    row = load_session(session)
    form, back = WhenAndWhere(current_event(), row), session_address(row)

    def save() -> str:
        actions.move_session(row.id, **asked(form), **form.values())
        return back

    return handle(form, save, _("Move the session"), _("Move"), back=back, about=session_heading(row))


@blueprint.route(f"{SESSION}/tray", methods=BOTH)
@allow("agenda:change")
def put_in_tray(event: str, session: str) -> Response:
    about = _("It has no time and no hall until it is placed again. Its items and people stay with it.")
    return _confirm(session, actions.put_in_tray, _("Put it into the tray?"), _("Put into the tray"), about)


@blueprint.route(f"{SESSION}/cancel", methods=BOTH)
@allow("agenda:change")
def cancel_session(event: str, session: str) -> Response:
    about = _("It stays in the agenda as cancelled, so that everybody sees it. Guests see it with the next release.")
    return _confirm(
        session, actions.cancel_session, _("Cancel the session?"), _("Cancel the session"), about, danger=True
    )


@blueprint.route(f"{SESSION}/reinstate", methods=BOTH)
@allow("agenda:change")
def reinstate_session(event: str, session: str) -> Response:
    row = load_session(session)
    form, back = DeleteForm(row), session_address(row)

    def save() -> str:
        actions.reinstate_session(row.id, **asked(form))
        return back

    title = _("Let the session take place after all?")
    return handle(form, save, title, _("Reinstate"), back=back, about=session_heading(row))


def _confirm(
    session: str, action: Callable[..., object], title: str, label: str, about: str, *, danger: bool = False
) -> Response:
    """An action that takes nothing but the session, and cannot clash."""
    row = load_session(session)
    form, back = DeleteForm(row), session_address(row)

    def save() -> str:
        action(row.id, by=current_actor(), sequence=form.version)
        return back

    about = f"{session_heading(row)}: {about}"
    return handle(form, save, title, label, back=back, about=about, danger=danger)


@blueprint.route(f"{SESSION}/delete", methods=BOTH)
@allow("agenda:change")
def delete_session(event: str, session: str) -> Response:
    row = load_session(session)
    form, name = DeleteForm(row), session_heading(row)

    def save() -> str:
        actions.delete_session(row.id, by=current_actor(), sequence=form.version)
        return url_for(".agenda", event=event)

    warning = _("“%(name)s” goes with all its items. The history can bring it back.", name=name)
    return handle(
        form, save, _("Delete the session?"), _("Delete"), back=session_address(row), about=warning, danger=True
    )
