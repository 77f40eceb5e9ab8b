"""Differences between two agendas as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventapp.agenda import words
from eventapp.agenda.differences import GROUPS, Difference
from eventapp.agenda.release import ReleasedItem, ReleasedPart, ReleasedSession
from eventapp.i18n import Bilingual, format_clock, format_day

GROUP_LABELS = {
    "added": _l("Added"),
    "cancelled": _l("Cancelled or taken out"),
    "reinstated": _l("Takes place after all"),
    "moved": _l("Moved"),
    "renamed": _l("Renamed"),
    "people": _l("People"),
    "details": _l("Details"),
}
LANGUAGE_WORDS = {
    "": _l("not said"),
    "en": _l("English"),
    "zh": _l("Chinese"),
    "both": _l("English and Chinese"),
}


class Naming(Protocol):
    """Who the ids of a release stand for, in the reader's language."""

    def person(self, public_id: str) -> str: ...

    def organisation(self, public_id: str) -> str: ...

    def hall(self, public_id: str) -> str: ...

    def track(self, public_id: str) -> str: ...


def tell(difference: Difference, names: Naming, zone: str) -> str:
    """One difference as a sentence that can stand alone; times by the clock of `zone`."""
    return _SENTENCES[difference.kind](difference, names, zone)


def tell_by_group(found: Iterable[Difference], names: Naming, zone: str) -> list[tuple[Any, list[str]]]:
    """All of them under the words of their groups, in the order of GROUPS."""
    told: dict[str, list[str]] = {group: [] for group in GROUPS}
    for difference in found:
        told[difference.group].append(tell(difference, names, zone))
    return [(GROUP_LABELS[group], sentences) for group, sentences in told.items() if sentences]


def heading_of(session: ReleasedSession) -> str:
    """The title in the reader's language, or what kind of session it is."""
    return _title(session) or str(words.SESSION_KINDS[session.kind])


def _title(thing: ReleasedSession | ReleasedItem) -> str:
    return str(Bilingual(thing.title_en, thing.title_zh))


def _item_heading(item: ReleasedItem | None) -> str:
    return (_title(item) or str(words.ITEM_KINDS[item.kind])) if item else ""


def _range(session: ReleasedSession, zone: str) -> str:
    first, last = format_day(session.starts_at, zone), format_day(session.ends_at, zone)
    day = "" if first == last else f"{last} "
    return f"{first} {_clock(session.starts_at, zone)}–{day}{_clock(session.ends_at, zone)}"


def _clock(moment: datetime, zone: str) -> str:
    return format_clock(moment, zone)


def _subject(part: ReleasedPart | None, names: Naming) -> str:
    if part is None:
        return ""
    if part.person:
        return names.person(part.person)
    if part.organisation:
        return names.organisation(part.organisation)
    return str(Bilingual(part.object_en, part.object_zh))


def _both(difference: Difference) -> tuple[ReleasedSession, ReleasedSession]:
    assert difference.old is not None
    assert difference.new is not None
    return difference.old, difference.new


def _added(difference: Difference, names: Naming, zone: str) -> str:
    session = difference.session
    told = {"session": heading_of(session), "time": _range(session, zone)}
    if not session.hall:
        return _("“%(session)s” is new: %(time)s.", **told)
    return _("“%(session)s” is new: %(time)s, %(hall)s.", hall=names.hall(session.hall), **told)


def _dropped(difference: Difference, _names: Naming, zone: str) -> str:
    session = difference.session
    return _(
        "“%(session)s” (%(time)s) is no longer in the agenda.", session=heading_of(session), time=_range(session, zone)
    )


def _cancelled(difference: Difference, _names: Naming, zone: str) -> str:
    session = difference.session
    return _("“%(session)s” (%(time)s) is cancelled.", session=heading_of(session), time=_range(session, zone))


def _reinstated(difference: Difference, _names: Naming, zone: str) -> str:
    session = difference.session
    return _("“%(session)s” takes place after all: %(time)s.", session=heading_of(session), time=_range(session, zone))


def _time(difference: Difference, _names: Naming, zone: str) -> str:
    old, new = _both(difference)
    return _(
        "“%(session)s” is now %(now)s instead of %(before)s.",
        session=heading_of(new),
        now=_range(new, zone),
        before=_range(old, zone),
    )


def _hall(difference: Difference, names: Naming, _zone: str) -> str:
    old, new = _both(difference)
    return _(
        "“%(session)s” is now in %(now)s instead of %(before)s.",
        session=heading_of(new),
        now=names.hall(new.hall) if new.hall else _("no hall"),
        before=names.hall(old.hall) if old.hall else _("no hall"),
    )


def _renamed(difference: Difference, _names: Naming, _zone: str) -> str:
    old, new = _both(difference)
    return _titles(old, new, heading_of)


def _item_title(difference: Difference, _names: Naming, _zone: str) -> str:
    assert difference.old_item is not None
    assert difference.item is not None
    sentence = _titles(difference.old_item, difference.item, _item_heading)
    return _("In “%(session)s”: %(sentence)s", session=heading_of(difference.session), sentence=sentence)


def _titles(old: Any, new: Any, heading: Callable[[Any], str]) -> str:
    """What a thing was called and is called; where that is the same to this reader, it is the other language."""
    if heading(old) != heading(new):
        return _("“%(before)s” is now called “%(now)s”.", before=heading(old), now=heading(new))
    if old.title_zh != new.title_zh:
        return _(
            "The Chinese title of “%(name)s” is now “%(now)s”.", name=heading(new), now=new.title_zh or _("not said")
        )
    return _("The English title of “%(name)s” is now “%(now)s”.", name=heading(new), now=new.title_en or _("not said"))


def _kind(difference: Difference, _names: Naming, _zone: str) -> str:
    old, new = _both(difference)
    return _field(new, _("kind"), words.SESSION_KINDS[old.kind], words.SESSION_KINDS[new.kind])


def _track(difference: Difference, names: Naming, _zone: str) -> str:
    old, new = _both(difference)
    before, now = (names.track(track) if track else _("none") for track in (old.track, new.track))
    return _field(new, _("track"), before, now)


def _language(difference: Difference, _names: Naming, _zone: str) -> str:
    old, new = _both(difference)
    return _field(new, _("language"), LANGUAGE_WORDS[old.language], LANGUAGE_WORDS[new.language])


def _field(session: ReleasedSession, field: str, before: Any, now: Any) -> str:
    return _(
        "“%(session)s”: %(field)s is now %(now)s instead of %(before)s.",
        session=heading_of(session), field=field, now=str(now), before=str(before),
    )  # fmt: skip


def _summary(difference: Difference, _names: Naming, _zone: str) -> str:
    return _("The description of “%(session)s” is new.", session=heading_of(difference.session))


def _item(sentence: Any) -> Callable[[Difference, Naming, str], str]:
    """A sentence that needs only the names of the session and of the item."""

    def told(difference: Difference, _names: Naming, _zone: str) -> str:
        return str(sentence) % {"session": heading_of(difference.session), "item": _item_heading(difference.item)}

    return told


def _item_kind(difference: Difference, _names: Naming, _zone: str) -> str:
    assert difference.old_item is not None
    assert difference.item is not None
    return _(
        "In “%(session)s”, “%(item)s” is now: %(now)s. It was: %(before)s.",
        session=heading_of(difference.session),
        item=_item_heading(difference.item),
        now=str(words.ITEM_KINDS[difference.item.kind]),
        before=str(words.ITEM_KINDS[difference.old_item.kind]),
    )


def _item_minutes(difference: Difference, _names: Naming, _zone: str) -> str:
    assert difference.old_item is not None
    assert difference.item is not None
    return _(
        "In “%(session)s”, “%(item)s” now takes %(now)s instead of %(before)s.",
        session=heading_of(difference.session),
        item=_item_heading(difference.item),
        now=_minutes(difference.item.minutes),
        before=_minutes(difference.old_item.minutes),
    )


def _minutes(number: int) -> str:
    return _("%(number)s min", number=number) if number else _("a time not known")


def _person(sentence: Any) -> Callable[[Difference, Naming, str], str]:
    """A sentence about one who comes or goes."""

    def told(difference: Difference, names: Naming, _zone: str) -> str:
        part = difference.part or difference.old_part
        assert part is not None
        return str(sentence) % {
            "person": _subject(part, names),
            "role": str(words.PART_ROLES[part.role]),
            "session": heading_of(difference.session),
        }

    return told


def _replaced(difference: Difference, names: Naming, _zone: str) -> str:
    return _(
        "In “%(session)s”, %(now)s takes the place of %(before)s.",
        session=heading_of(difference.session),
        now=_subject(difference.part, names),
        before=_subject(difference.old_part, names),
    )


def _part_changed(difference: Difference, names: Naming, _zone: str) -> str:
    old, new = difference.old_part, difference.part
    assert old is not None
    assert new is not None
    told = {"session": heading_of(difference.session), "person": _subject(new, names)}
    if old.role != new.role:
        role, before = str(words.PART_ROLES[new.role]), str(words.PART_ROLES[old.role])
        return _(
            "In “%(session)s”, %(person)s is now there as: %(role)s. Before: %(before)s.",
            role=role, before=before, **told,
        )  # fmt: skip
    if old.mode != new.mode:
        return _("In “%(session)s”, %(person)s: %(mode)s.", mode=str(words.PART_MODES[new.mode]), **told)
    return _("In “%(session)s”, what is said about %(person)s is new.", **told)


_SENTENCES: dict[str, Callable[[Difference, Naming, str], str]] = {
    "added": _added,
    "dropped": _dropped,
    "cancelled": _cancelled,
    "reinstated": _reinstated,
    "time": _time,
    "hall": _hall,
    "title": _renamed,
    "kind": _kind,
    "track": _track,
    "language": _language,
    "summary": _summary,
    "item_added": _item(_l("“%(session)s” has a new item: “%(item)s”.")),
    "item_dropped": _item(_l("“%(item)s” is no longer in “%(session)s”.")),
    "item_title": _item_title,
    "item_kind": _item_kind,
    "item_minutes": _item_minutes,
    "item_summary": _item(_l("The description of “%(item)s” in “%(session)s” is new.")),
    "items_order": _item(_l("The items of “%(session)s” come in another order.")),
    "person_added": _person(_l("%(person)s (%(role)s) is now in “%(session)s”.")),
    "person_dropped": _person(_l("%(person)s (%(role)s) is no longer in “%(session)s”.")),
    "person_replaced": _replaced,
    "part_changed": _part_changed,
    "parts_order": _item(_l("The people of “%(item)s” in “%(session)s” are named in another order.")),
}
