"""What an import goes by: words of both languages for codes, where and when the event is, and who is called how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import force_locale
from sqlalchemy import select

from eventapp.agenda import words
from eventapp.agenda.formats.programme import derived_uuid
from eventapp.agenda.formats.said import Named, Place, Vocabulary
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.times import FARTHEST
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.i18n import LANGUAGES
from eventapp.people.folding import fold
from eventapp.people.models import EventPerson, Person

SPOKEN = {"": "", "en": "en", "zh": "zh", "both": "both", "english": "en", "chinese": "zh", "英文": "en", "英语": "en",
          "中文": "zh", "汉语": "zh", "双语": "both", "中英双语": "both", "mul": "both"}  # fmt: skip
STATUSES = {"planned": "planned", "cancelled": "cancelled", "canceled": "cancelled", "正常": "planned", "取消": "cancelled",
            "已取消": "cancelled", "confirmed": "planned"}  # fmt: skip
Found = TypeVar("Found")


@dataclass(frozen=True)
class Index(Generic[Found]):
    """Rows by our id, by the id that files derive from it, and by their exact names in either language."""

    by_id: Mapping[str, Found]
    by_guid: Mapping[str, Found]
    by_name: Mapping[str, list[Found]]

    def matches(self, wanted: Named) -> list[Found]:
        """The row of that id, else all rows of that name."""
        known = self.by_id.get(wanted.id) or self.by_guid.get(wanted.guid)
        if known is not None:
            return [known]
        names = [fold(name) for name in (wanted.en, wanted.zh) if name]
        return list(dict.fromkeys(row for name in names for row in self.by_name.get(name, ())))


def index_of(kind: str, rows: Iterable[Any], *names: str) -> Index[Any]:
    """`names` are the bilingual properties by which rows are called."""
    by_name: dict[str, list[Any]] = defaultdict(list)
    rows = list(rows)
    for row in rows:
        for called in {fold(text) for name in names for text in (getattr(row, name).en, getattr(row, name).zh) if text}:
            by_name[called].append(row)
    return Index(
        {row.public_id: row for row in rows}, {derived_uuid(kind, row.public_id): row for row in rows}, by_name
    )


def people_of_agenda(event_id: int) -> set[int]:
    """The people who are named in an event or appear in its agenda; of several with one name they are meant."""
    placed = select(EventPerson.person_id).where(EventPerson.event_id == event_id)
    appearing = select(Part.person_id).join(Part.item).join(AgendaItem.session)
    appearing = appearing.where(AgendaSession.event_id == event_id, Part.person_id.is_not(None))
    return {*db.session.scalars(placed), *(person_id for person_id in db.session.scalars(appearing) if person_id)}


def named_people(event_id: int) -> Index[Person]:
    """The directory by names; where several have one name, those of the event stand alone if there is one of them."""
    index = index_of("person", db.session.scalars(select(Person)), "name", "shown_name")
    own = people_of_agenda(event_id)
    narrowed = {name: [row for row in rows if row.id in own] or rows for name, rows in index.by_name.items()}
    return Index(index.by_id, index.by_guid, narrowed)


def taken_ids(model: Any, ids: Iterable[str], column: str = "public_id") -> dict[str, Any]:
    """Which of these ids there are already, in whatever event, and whose they are."""
    found: dict[str, Any] = {}
    wanted: Sequence[str] = sorted(set(ids) - {""})
    for first in range(0, len(wanted), 500):
        rows = db.session.scalars(select(model).where(getattr(model, column).in_(wanted[first : first + 500])))
        found |= {getattr(row, column): row for row in rows}
    return found


def place_of(event: Event) -> Place:
    return Place(
        event.time_zone, event.starts_at, event.starts_at - FARTHEST, event.ends_at + FARTHEST, event.day_starts
    )


def vocabulary() -> Vocabulary:
    """Every code by itself and by its word in each language."""
    return Vocabulary(
        session_kinds=_codes(words.SESSION_KINDS),
        item_kinds=_codes(words.ITEM_KINDS),
        roles=_codes(words.PART_ROLES),
        modes=_codes(words.PART_MODES),
        replies=_codes(words.PART_REPLIES),
        sides=_codes(words.PART_SIDES),
        languages=SPOKEN,
        statuses=STATUSES,
    )


def _codes(labels: Mapping[str, Any]) -> dict[str, str]:
    found = {code: code for code in labels}
    for language in LANGUAGES:
        with force_locale(language):
            found |= {str(label).casefold(): code for code, label in labels.items()}
    return found
