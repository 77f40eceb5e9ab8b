"""Five passes of the sample to try the door with, one for each kind of answer."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import Exists, Select, select

from eventapp.checkin.models import Admission, Checkpoint
from eventapp.db import db
from eventapp.demo.launch import LAUNCH
from eventapp.demo.summit import SUMMIT
from eventapp.events.models import Event
from eventapp.passes.queries import code_digits, code_url
from eventapp.registration.models import Registration

GATE = "gate"


def sample_passes() -> list[dict[str, str]]:
    """`label`, in the reader's language, and `code`, as a camera reads it; empty without the sample.

    At the summit's gate they are answered: admitted (once), already in, cancelled, forged, wrong event.
    """
    valid = _code(_confirmed(SUMMIT.slug).where(~_admitted()))
    already_in = _code(_confirmed(SUMMIT.slug).where(_admitted()))
    shown = (
        (_("Valid pass"), valid),
        (_("Pass that is already in"), already_in),
        (_("Cancelled pass"), _code(_registrations(SUMMIT.slug, "cancelled"))),
        (_("Forged pass"), _forged(already_in)),
        (_("Pass of another event"), _code(_confirmed(LAUNCH.slug))),
    )
    return [{"label": label, "code": code} for label, code in shown if code]


def _code(which: Select[Registration]) -> str:
    """The code of the first of these registrations; empty if there is none."""
    registration = db.session.scalar(which.order_by(Registration.id).limit(1))
    if registration is None:
        return ""
    return code_url(code_digits(registration.event_id, registration.public_id, registration.pass_serial))


def _forged(code: str) -> str:
    """The code with its last digit, a part of the signature, changed."""
    return f"{code[:-1]}{(int(code[-1]) + 1) % 10}" if code else ""


def _confirmed(slug: str) -> Select[Registration]:
    return _registrations(slug, "confirmed")


def _registrations(slug: str, state: str) -> Select[Registration]:
    return (
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(Event.slug == slug, Event.is_sample, Registration.state == state)
    )


def _admitted() -> Exists:
    """A condition: the registration was let in at the gate."""
    return (
        select(Admission.id)
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .where(Admission.registration_id == Registration.id, Admission.voided_at.is_(None), Checkpoint.code == GATE)
        .exists()
    )
