"""Clashes and what would mend them, as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventapp.agenda import words
from eventapp.agenda.clashes import Absence, Clash, Mend
from eventapp.agenda.models import AgendaItem, AgendaSession, Track
from eventapp.agenda.queries.sessions import session_heading
from eventapp.events.models import Hall
from eventapp.i18n import format_clock, format_day
from eventapp.people.models import Person

LANGUAGES = {"en": _l("English"), "zh": _l("Chinese")}
MOST_NAMES = 4


@dataclass(frozen=True)
class Named:
    """The rows that clashes are about, by their ids."""

    zone: str
    sessions: Mapping[int, AgendaSession]
    halls: Mapping[int, Hall]
    people: Mapping[int, Person]
    tracks: Mapping[int, Track]
    items: Mapping[int, AgendaItem]
    absences: Mapping[int, Absence]

    def session(self, session_id: int | None) -> str:
        """A session that is only tried out has no row yet."""
        row = self.sessions.get(session_id or 0)
        return session_heading(row) if row else _("the new session")

    def hall(self, hall_id: int | None) -> str:
        row = self.halls.get(hall_id or 0)
        return str(row.name) if row else _("No hall")

    def person(self, person_id: int | str | None) -> str:
        return str(self.people[int(person_id or 0)].shown_name)


def clash_sentence(clash: Clash, named: Named) -> str:
    """What is wrong, and where and when."""
    pair = {"first": named.session(clash.first), "second": named.session(clash.second)}
    when = {
        "day": format_day(clash.start, named.zone),
        "start": format_clock(clash.start, named.zone),
        "end": format_clock(clash.end, named.zone),
    }
    return _SENTENCES[clash.rule](clash, named, {**pair, **when})


def mend_sentence(mend: Mend, named: Named) -> str:
    """What a mend would do."""
    row = named.sessions[mend.session_id]
    name, start = session_heading(row), format_clock(mend.start, named.zone)
    if mend.kind == "order":
        return _("Put the people of “%(item)s” into the order of the event's people", item=_item(mend.item_id, named))
    if mend.kind == "lengthen":
        return _("Let “%(name)s” end at %(end)s", name=name, end=format_clock(mend.end, named.zone))
    hall = named.hall(mend.hall_id)
    if mend.start == row.starts_at:
        return _("Move “%(name)s” to %(hall)s", name=name, hall=hall)
    return _("Move “%(name)s” to %(start)s", name=name, start=start)


def _item(item_id: int | None, named: Named) -> str:
    item = named.items[item_id or 0]
    return str(item.title) if item.title else str(words.ITEM_KINDS[item.kind])


def _hall(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    return _(
        "%(hall)s is taken twice: “%(first)s” and “%(second)s” are both there on %(day)s from %(start)s to %(end)s.",
        hall=named.hall(clash.subject),
        **told,
    )


def _person(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    return _(
        "%(person)s is needed in two places: in “%(first)s” and in “%(second)s” on %(day)s from %(start)s to %(end)s.",
        person=named.person(clash.subject),
        **told,
    )


def _walk(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    return _(
        "%(person)s has %(has)s minutes between “%(first)s” and “%(second)s” on %(day)s, but the way takes %(needs)s.",
        person=named.person(clash.subject),
        has=clash.has,
        needs=clash.needs,
        **told,
    )


def _turnaround(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    return _(
        "%(hall)s needs %(needs)s minutes to be made ready; between “%(first)s” and “%(second)s” on %(day)s there are %(has)s.",
        hall=named.hall(clash.subject),
        has=clash.has,
        needs=clash.needs,
        **told,
    )


def _hall_away(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    hall = named.hall(named.absences[clash.subject or 0].hall_id)
    return _(
        "%(hall)s cannot be used on %(day)s from %(start)s to %(end)s, but “%(first)s” is there.", hall=hall, **told
    )


def _person_away(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    person = named.person(named.absences[clash.subject or 0].person_id)
    return _(
        "%(person)s is not available on %(day)s from %(start)s to %(end)s, but is needed in “%(first)s”.",
        person=person,
        **told,
    )


def _track(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    return _(
        "“%(first)s” and “%(second)s” of the track %(track)s run at the same time on %(day)s from %(start)s to %(end)s.",
        track=str(named.tracks[clash.subject or 0].name),
        **told,
    )


def _hours(_clash: Clash, _named: Named, told: Mapping[str, str]) -> str:
    return _("“%(first)s” on %(day)s from %(start)s to %(end)s is outside the hours of the day.", **told)


def _overrun(clash: Clash, _named: Named, told: Mapping[str, str]) -> str:
    return _(
        "The items of “%(session)s” need %(needed)s minutes, but it lasts %(has)s.",
        session=told["first"],
        needed=clash.needs,
        has=clash.has,
    )


def _capacity(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    return _(
        "“%(first)s” needs %(needs)s seats; %(hall)s has %(has)s.",
        hall=named.hall(clash.subject),
        needs=clash.needs,
        has=clash.has,
        **told,
    )


def _unconfirmed(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    names = [named.person(person_id) for person_id in clash.details[:MOST_NAMES]]
    more = ["…"] if len(clash.details) > MOST_NAMES else []
    return _("Not confirmed in “%(first)s”: %(names)s.", names=_(", ").join([*names, *more]), **told)


def _translation(clash: Clash, _named: Named, told: Mapping[str, str]) -> str:
    languages = _(", ").join(str(LANGUAGES[str(code)]) for code in clash.details)
    return _(
        "“%(first)s” has texts that are not written in every language; missing: %(languages)s.",
        languages=languages,
        **told,
    )


def _precedence(clash: Clash, named: Named, told: Mapping[str, str]) -> str:
    ahead, behind = map(named.person, clash.details)
    return _(
        "In “%(item)s” of “%(first)s”, %(behind)s is listed after %(ahead)s, against the order of the event's people.",
        item=_item(clash.subject, named),
        ahead=ahead,
        behind=behind,
        **told,
    )


def _backwards(_clash: Clash, _named: Named, told: Mapping[str, str]) -> str:
    return _("“%(session)s” ends before it starts.", session=told["first"])


_SENTENCES: dict[str, Callable[[Clash, Named, Mapping[str, str]], str]] = {
    "hall": _hall,
    "person": _person,
    "walk": _walk,
    "turnaround": _turnaround,
    "hall_away": _hall_away,
    "person_away": _person_away,
    "track": _track,
    "hours": _hours,
    "overrun": _overrun,
    "capacity": _capacity,
    "unconfirmed": _unconfirmed,
    "translation": _translation,
    "precedence": _precedence,
    "backwards": _backwards,
}
