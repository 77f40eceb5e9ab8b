"""Register everybody of a table, as the event's own questionnaire allows."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eventapp.accounts.actor import Actor
from eventapp.i18n import LANGUAGES
from eventapp.registration.actions.many import Arrival, register_many
from eventapp.registration.actions.register import Attendee
from eventapp.registration.errors import TableUnreadable, TableWithoutHeads
from eventapp.registration.importing import Comer, Fault, Judged, Kind, judge
from eventapp.registration.queries import categories_of, specs_of
from eventapp.registration.queries.registrations import ids_by_form_key
from eventapp.sheets import SheetUnreadableError, read_sheet


@dataclass(frozen=True)
class Imported:
    """What became of a table: how many came into each state (in a dry run: how many would come), and who did not."""

    states: Counter[str]
    fresh: int
    known: int
    faults: Sequence[tuple[int, list[Fault]]]
    unread: Sequence[str]
    dry_run: bool


def import_registrations(
    event_id: int, data: bytes, *, by: Actor, dry_run: bool = False, language: str = "en"
) -> Imported:
    """Register who stands in a CSV file or spreadsheet, without a mail; rows that are wrong are passed over and told.

    A row that was imported before changes nothing, so a corrected file may come again. A dry run writes nothing.
    `language` is what is written to those of whom the table says nothing. Raises TableUnreadable, TableWithoutHeads.
    """
    judged = _judge(event_id, data)
    arrivals = [_arrival(event_id, comer, language) for comer in judged.comers]
    if dry_run:
        known, states = len(ids_by_form_key(arrival.form_key for arrival in arrivals)), Counter[str]()
    else:
        states = register_many(event_id, arrivals, by=by) if arrivals else Counter()
        known = len(arrivals) - states.total()
    return Imported(states, len(arrivals) - known, known, judged.faults, judged.unread, dry_run)


def _judge(event_id: int, data: bytes) -> Judged:
    try:
        rows = read_sheet(data)
    except SheetUnreadableError:
        raise TableUnreadable from None
    kinds = [Kind(row.id, row.code, row.name) for row in categories_of(event_id)]
    judged = judge(rows, specs_of(event_id), kinds)
    if not judged.has_heads:
        raise TableWithoutHeads
    return judged


def _arrival(event_id: int, comer: Comer, language: str) -> Arrival:
    told = comer.values
    attendee = Attendee(
        name=dict(comer.name),
        email=told["email"],
        phone=told["phone"],
        organisation=told["organisation"],
        position=told["position"],
        language=told["language"] or (language if language in LANGUAGES else "en"),
    )
    key = hashlib.sha256(f"import:{event_id}:{comer.key}".encode()).hexdigest()
    return Arrival(comer.category_id, attendee, key, comer.answers)
