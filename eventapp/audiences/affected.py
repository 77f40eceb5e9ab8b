"""Whom a release concerns: those with a part, those with a seat, those who follow; each of them once, whatever they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from eventapp.agenda.concerning import as_known
from eventapp.agenda.differences import Difference
from eventapp.agenda.models import ReleaseNotice
from eventapp.agenda.queries.notices import Changes, Step, changes_of
from eventapp.agenda.release import ReleasedSession
from eventapp.audiences.people import site_address
from eventapp.i18n import Bilingual
from eventapp.messaging.actions import Recipient, Release
from eventapp.people.models import Person
from eventapp.people.queries import find_person
from eventapp.registration.models import Booking, Registration
from eventapp.registration.queries import (
    bookers_of,
    followers_of,
    link_token,
    registration_by_public_id,
    registrations_of_people,
)
from eventapp.registration.states import ALIVE
from eventapp.speakers.models import SpeakerInvitation
from eventapp.speakers.queries import invitation_of, invitations_of, registration_of_person
from eventapp.speakers.queries import link_token as speaker_token

# Why a release concerns somebody; whom it concerns for more than one reason is counted under the first.
KINDS = {
    "part": _l("have a part"),
    "booked": _l("booked a session"),
    "followed": _l("follow a session"),
}


@dataclass
class Guest:
    """A registration, with what it booked or follows of the sessions that are told, and what it is told of each."""

    registration: Registration
    bookings: dict[str, Booking] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)
    told: dict[str, list[Difference]] = field(default_factory=dict)


@dataclass(frozen=True)
class Affected:
    """One of those whom a release concerns, and what this one is told, by time. A person may be a guest, too."""

    kind: str
    person: Person | None
    guest: Guest | None
    invitation: SpeakerInvitation | None
    found: tuple[Difference, ...]

    @property
    def public_id(self) -> str:
        """The person's, else the registration's: the name under which this one is told once."""
        return self.person.public_id if self.person else self.registration.public_id if self.registration else ""

    @property
    def registration(self) -> Registration | None:
        return self.guest.registration if self.guest else None

    @property
    def name(self) -> Bilingual:
        if self.person is not None:
            return self.person.shown_name
        return self.registration.name if self.registration else Bilingual("", "")

    @property
    def email(self) -> str:
        """Where they were invited to speak, else where they registered, else that of the party's contact; or none."""
        return self.invitation.email if self.invitation else self._guest_contact[0]

    @property
    def language(self) -> str:
        return self.invitation.language if self.invitation else self._guest_contact[1]

    @property
    def values(self) -> dict[str, str]:
        """What finds this one again, and how it was reached, as plain values of a message."""
        return {
            "reached": "invitation" if self.invitation else self._reached_as_guest,
            "person": self.person.public_id if self.person else "",
            "registration": self.registration.public_id if self.registration else "",
        }

    @property
    def told(self) -> list[tuple[ReleasedSession, list[Difference]]]:
        """The sessions with what is told of each, by time."""
        sessions: dict[str, list[Difference]] = {}
        for difference in self.found:
            sessions.setdefault(difference.session.uuid, []).append(difference)
        return [(differences[0].session, differences) for differences in sessions.values()]

    @property
    def speaker_address(self) -> str:
        """The speaker's own page, if the message goes to where that was sent."""
        return site_address(f"/s/{speaker_token(self.invitation)}") if self.invitation else ""

    @property
    def guest_address(self) -> str:
        """The guest's own page, unless the message goes to an address that is not the guest's."""
        if self.registration is None or self.email != self._guest_contact[0]:
            return ""
        return site_address(f"/r/{link_token(self.registration)}")

    @property
    def _reached_as_guest(self) -> str:
        return "registration" if self.registration is not None and self.registration.email else "party"

    @property
    def _guest_contact(self) -> tuple[str, str]:
        registration = self.registration
        if registration is None:
            return "", "en"
        party = registration.party
        if registration.email or party is None:
            return registration.email, registration.language
        return party.email, party.language


def affected_by(changes: Changes) -> list[Affected]:
    """Everybody whom the changes concern: those with a part first, then guests.

    The number of statements grows with the releases that nobody was told of, not with those whom they concern.
    """
    guests, people = _guests(changes), _people(changes)
    invitations = {row.person_id: row for row in invitations_of(changes.event.id)} if people else {}
    registered = registrations_of_people(changes.event.id) if people else {}
    by_person = {guest.registration.person_id: guest for guest in guests.values() if guest.registration.person_id}
    found = [
        _affected(person, by_person.get(person.id) or _alive(registered.get(person.id)), invitations.get(person.id), told)
        for person, told in people
    ]  # fmt: skip
    speaking = {person.id for person, _told in people}
    others = [guest for guest in guests.values() if guest.registration.person_id not in speaking]
    return found + [_affected(None, guest, None, []) for guest in others]


def find_affected(changes: Changes, values: Mapping[str, str]) -> Affected | None:
    """The one that `values` name, as things stand now; None if the changes concern them no more."""
    person = find_person(values["person"]) if values["person"] else None
    registration = registration_by_public_id(values["registration"]) if values["registration"] else None
    if person is not None:
        registration = registration_of_person(changes.event.id, person.id)
    told = _told_to(changes, person.public_id) if person else []
    guest = _guests(changes, registration.id).get(registration.id) if registration else None
    invitation = invitation_of(changes.event.id, person.id) if person else None
    one = _affected(person, guest or _alive(registration), invitation, told)
    return one if one.found else None


def recipients_of_notice(notice: ReleaseNotice) -> Release:
    """Who gets the message about a release that is sent now, and how many have no address."""
    found = affected_by(changes_of(notice))
    reached = [one for one in found if one.email]
    left_out = {"no_address": len(found) - len(reached)} if len(found) > len(reached) else {}
    return Release([Recipient(one.email, one.language, one.values) for one in reached], left_out)


def _guests(changes: Changes, only: int | None = None) -> dict[int, Guest]:
    """The registrations that booked or followed one of the sessions when they were released, by their id."""
    guests: dict[int, Guest] = {}
    for step in changes.steps:
        _add_guests(guests, changes, step, only)
    return dict(sorted(guests.items()))


def _add_guests(guests: dict[int, Guest], changes: Changes, step: Step, only: int | None) -> None:
    told = {
        uuid: seen for uuid, found in step.by_session.items() if (seen := as_known(found, changes.known, changes.gone))
    }
    chosen: dict[str, Any] = {"after": step.since, "until": step.until, "only": only}

    def tell(registration: Registration, uuid: str) -> Guest:
        guest = guests.setdefault(registration.id, Guest(registration))
        guest.told.setdefault(uuid, told[uuid])
        return guest

    for uuid, booked in bookers_of(changes.event.id, told, **chosen).items():
        for booking, registration in booked:
            tell(registration, uuid).bookings[uuid] = booking
    for uuid, followers in followers_of(changes.event.id, told, **chosen).items():
        for registration in followers:
            tell(registration, uuid).followed.add(uuid)


def _people(changes: Changes) -> list[tuple[Person, list[Difference]]]:
    """Everybody with a part, each with what they are told; by name."""
    everybody = changes.directory.people
    found = [(everybody[key], _told_to(changes, key)) for key in changes.by_person if key in everybody]
    return sorted(((person, told) for person, told in found if told), key=lambda pair: (pair[0].key_sort, pair[0].id))


def _told_to(changes: Changes, public_id: str) -> list[Difference]:
    return as_known(changes.by_person.get(public_id, ()), changes.known | {public_id}, changes.gone)


def _affected(
    person: Person | None, guest: Guest | None, invitation: SpeakerInvitation | None, told: list[Difference]
) -> Affected:
    """What somebody is told of a session in which they have a part holds all that guests of it are told."""
    own = {difference.session.uuid for difference in told}
    more = [one for uuid, found in guest.told.items() if uuid not in own for one in found] if guest else []
    kind = "part" if told else "booked" if guest and guest.bookings else "followed"
    return Affected(kind, person, guest, invitation, tuple(_by_time([*told, *more])))


def _by_time(found: Iterable[Difference]) -> list[Difference]:
    return sorted(found, key=lambda difference: (difference.session.starts_at, difference.session.uuid))


def _alive(registration: Registration | None) -> Guest | None:
    """Somebody who is registered and follows nothing of it; who has withdrawn is reached as a guest no more."""
    lives = registration is not None and registration.state in ALIVE and registration.purged_at is None
    return Guest(registration) if registration is not None and lives else None
