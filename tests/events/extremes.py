"""An event with the shortest and the longest that people enter: where pages break if they break at all."""

from __future__ import annotations

from typing import Any

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_part
from eventapp.agenda.models import AgendaSession
from eventapp.events.actions import add_organisation, place_organisation, set_banner, set_venue
from eventapp.events.models import ORGANISATION_ROLES, Event
from eventapp.people.actions import add_person, place_person
from eventapp.people.models import Person
from eventapp.registration.actions import add_category, publish_notice
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session, publish
from tests.ground.stories import make_event

LONG_EN = "Intelligent solutions for traditional energy management, all"
LONG_ZH = "长三角产学研峰会" * 7 + "暨联盟成立"
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
SLUG = "extremes"


def make_extremes() -> Event:
    """60 characters in both languages, one letter, emoji, a language missing everywhere, 12 organisations, 8 at one item."""
    event = make_event(
        slug=SLUG, name_en=LONG_EN, name_zh=LONG_ZH, tagline_zh=LONG_ZH, about_en=f"{UNBROKEN}\n\n🚀 {LONG_EN}"
    )
    set_venue(event.id, by=SYSTEM, name_zh=LONG_ZH, address_en=UNBROKEN, directions_zh=LONG_ZH)
    set_banner(event.id, LONG_EN, LONG_ZH, by=SYSTEM)
    _place_organisations(event)
    people = [*(make_person(given=f"Y{number}", family=UNBROKEN[:40]) for number in range(6)), *_short_people()]
    for person in people:
        place_person(event.id, person.id, by=SYSTEM)
    _fill_agenda(event, people)
    publish(event)
    for number, name in enumerate(
        ({"name_en": "A"}, {"name_zh": LONG_ZH}, {"name_en": "🎓 Student", "name_zh": "学生"})
    ):
        add_category(event.id, by=SYSTEM, code=f"kind{number}", capacity=number or None, **name)
    publish_notice(event.id, by=SYSTEM, body_en=UNBROKEN, body_zh="")
    return event


def _place_organisations(event: Event) -> None:
    for number in range(12):
        name = {"name_en": f"{LONG_EN} {number}"} if number % 2 else {"name_zh": f"{LONG_ZH}{number}"}
        organisation = add_organisation(by=SYSTEM, **name)
        label = {"label_en": LONG_EN if number % 3 else "", "label_zh": "" if number % 3 else "指导单位"}
        role = ORGANISATION_ROLES[number % len(ORGANISATION_ROLES)]
        place_organisation(event.id, organisation.id, role, by=SYSTEM, position=number, **label)


def _short_people() -> list[Person]:
    return [
        add_person(by=SYSTEM, family_zh="岳"),
        add_person(by=SYSTEM, given_en="Y", position_en=LONG_EN, organisation_zh=LONG_ZH, honorific_en="🏅"),
    ]


def _fill_agenda(event: Event, people: list[Person]) -> None:
    halls = [make_hall(event, name_en=f"{LONG_EN[:40]} {number}", name_zh="") for number in range(4)]
    for hall in halls:
        forum = make_session(event, 11, 12, LONG_EN, kind="forum", title_zh=LONG_ZH, hall_id=hall.id)
        make_item(forum, 5, title_en=UNBROKEN)
    make_session(event, 9, 10, "", kind="ceremony", title_zh="揭")
    crowded = make_session(event, 10, 11, "🚀", kind="ceremony", hall_id=halls[0].id)
    _crowd(crowded, people)


def _crowd(session: AgendaSession, people: list[Person]) -> None:
    story: dict[str, Any] = {"title_en": LONG_EN, "title_zh": LONG_ZH}
    item = make_item(session, 30, kind="unveiling", **story)
    for person in people:
        make_part(item, person, "unveiler", as_en=LONG_EN)
    add_part(item.id, by=SYSTEM, role="presenter", object_zh=LONG_ZH)
