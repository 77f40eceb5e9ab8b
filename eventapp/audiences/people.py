"""One of the people a mailing means, and what every audience can tell about them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, TypeVar

from flask import current_app
from flask_babel import lazy_gettext as _l

from eventapp.access import may_here
from eventapp.events.models import Event
from eventapp.i18n import Bilingual, format_day
from eventapp.people.names import fold


class Reachable(Protocol):
    """Somebody with a name and an address."""

    @property
    def name(self) -> Bilingual: ...

    @property
    def email(self) -> str: ...


Reached = TypeVar("Reached", bound=Reachable)
# Why somebody does not get a mailing.
LEFT_OUT = {
    "no_address": _l("no e-mail address"),
    "ended": _l("withdrawn, cancelled or declined"),
    "declined": _l("declined the part"),
    "told": _l("already got this message"),
    "same_address": _l("same e-mail address as somebody else in the list"),
}

PLACEHOLDERS = {
    "name": _l("name of the person"),
    "event": _l("name of the event"),
    "date": _l("day of the event"),
    "venue": _l("name of the venue"),
    "event_link": _l("link to the event’s site"),
    "own_link": _l("link to the person’s own page"),
    "category": _l("category of the registration"),
    "organisation": _l("organisation, as registered"),
    "pass_link": _l("link to the pass; without a pass, to the own page"),
    "role": _l("role in the first session"),
    "session": _l("title of the first session"),
    "time": _l("day and time of the first part"),
    "hall": _l("hall of the first session"),
    "parts": _l("list of all parts, with time and hall"),
}
FOR_ALL = ("name", "event", "date", "venue", "event_link", "own_link")


@dataclass(frozen=True)
class Addressee:
    """Somebody a mailing means; `left_out` is a key of LEFT_OUT, empty for whoever gets it."""

    public_id: str
    name: Bilingual
    email: str
    language: str
    left_out: str = ""


class Audience(ABC):
    """A kind of people to write to: how they are chosen, found, and addressed."""

    code: ClassVar[str]
    label: ClassVar[Any]
    # Every one of these is needed to see, and to write and send.
    read: ClassVar[tuple[str, ...]]
    change: ClassVar[tuple[str, ...]]
    placeholders: ClassVar[tuple[str, ...]]
    # Why these people get mail, said at the foot of each.
    reason: ClassVar[Any]

    def may_see(self) -> bool:
        return all(map(may_here, self.read))

    def may_write(self) -> bool:
        return self.may_see() and all(map(may_here, self.change))

    @abstractmethod
    def criteria(self, event: Event, chosen: Mapping[str, str]) -> dict[str, str]:
        """What was chosen, without what is empty or does not exist."""

    @abstractmethod
    def choices(self, event: Event) -> dict[str, tuple[Any, dict[str, Any]]]:
        """What may be chosen: name of the criterion → label, and value → label. Without values it is free text."""

    @abstractmethod
    def people(self, event: Event, criteria: Mapping[str, str]) -> list[Addressee]:
        """Everybody who meets the criteria, in a number of statements that does not grow with them."""

    @abstractmethod
    def values(self, event: Event, public_id: str, criteria: Mapping[str, str], language: str) -> dict[str, str]:
        """What the placeholders mean for one person, in the language of the mail.

        Raises LookupError when the person is gone.
        """

    def in_words(self, event: Event, criteria: Mapping[str, str]) -> list[tuple[str, str]]:
        """The criteria as they are shown: label and value."""
        found = []
        for name, (label, values) in self.choices(event).items():
            if name in criteria:
                found.append((str(label), str(values.get(criteria[name], criteria[name]))))
        return found


def divided(people: Iterable[Addressee], *, told: set[str]) -> list[Addressee]:
    """The people, with those left out who were told already or share an address with somebody before them."""
    seen: set[str] = set()
    found = []
    for one in people:
        if not one.left_out:
            reason = "told" if one.email in told else "same_address" if one.email in seen else ""
            seen.add(one.email)
            one = replace(one, left_out=reason) if reason else one
        found.append(one)
    return found


def found_by(people: Iterable[Reached], words: str) -> list[Reached]:
    """Those whose name or address holds what was typed."""
    wanted = fold(words)
    return [one for one in people if wanted in fold(f"{one.name.en} {one.name.zh} {one.email}")]


def event_values(event: Event, language: str) -> dict[str, str]:
    """What the placeholders of every audience mean."""
    return {
        "event": event.name.here(language),
        "date": format_day(event.starts_at, event.time_zone),
        "venue": event.venue.name.here(language) if event.venue else "",
        "event_link": site_address(f"/e/{event.slug}/"),
    }


def site_address(path: str) -> str:
    return f"{current_app.config['BASE_URL']}{path}"
