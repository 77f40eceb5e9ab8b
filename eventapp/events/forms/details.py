"""Forms about the event itself: a new one, its details, its venue, the announcement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import Email, InputRequired, Optional, ValidationError

from eventapp.events.colours import readable_on_wall
from eventapp.events.errors import ColourTooPale
from eventapp.events.models import DETAILS, VENUE_TEXTS, Event
from eventapp.events.queries import slugs_in_use
from eventapp.events.slugs import first_free, is_slug, slug_of
from eventapp.events.words import PATTERNS
from eventapp.forms import DeskForm, PageForm, WallTimeField, at_most, choices, colour, line, line_zh, lines, lines_zh
from eventapp.i18n import format_day
from eventapp.text import tidy

DEFAULT_ZONE = "Asia/Shanghai"
ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei", "Asia/Urumqi", "Asia/Singapore", "Asia/Tokyo",
    "Asia/Seoul", "Asia/Bangkok", "Asia/Jakarta", "Asia/Kolkata", "Asia/Dubai", "Australia/Sydney", "Pacific/Auckland",
    "Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Europe/Rome", "Europe/Zurich", "Europe/Moscow",
    "Africa/Cairo", "Africa/Johannesburg", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "America/Toronto", "America/Sao_Paulo", "UTC",
)  # fmt: skip


class _InItsZone(DeskForm):
    """A form whose times are read by the clock of the zone that it chooses."""

    def validate(self, extra_validators: Any = None) -> bool:
        chosen = self["time_zone"].data
        if chosen in self.zones:
            self.zone = chosen
        return super().validate(extra_validators)

    def offer_zones(self, present: str) -> None:
        self.zones = ZONES if present in ZONES else (present, *ZONES)
        self["time_zone"].choices = choices((zone, zone) for zone in self.zones)


class NewEventForm(_InItsZone):
    """A new event, from nothing or as a copy."""

    groups = (
        (_l("Name and address"), (("name_en", "name_zh"), ("slug",))),
        (_l("When"), (("starts_at", "ends_at"), ("time_zone",))),
        (_l("Where"), (("venue_en", "venue_zh"), ("address_zh",))),
    )

    name_en = line(_l("English name"))
    name_zh = line_zh(_l("Chinese name"))
    slug = StringField(
        _l("Address on the web"),
        filters=[tidy],
        validators=[at_most(60)],
        description=_l(
            "Small letters, digits and hyphens. Left empty, it is made of name and year: delta-summit-2026."
        ),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    starts_at = WallTimeField(_l("Starts at"), validators=[InputRequired(_l("Enter date and time of the start."))])
    ends_at = WallTimeField(_l("Ends at"), validators=[InputRequired(_l("Enter date and time of the end."))])
    time_zone = SelectField(_l("Time zone"), default=DEFAULT_ZONE)
    venue_en = line(_l("Venue and city in English"))
    venue_zh = line_zh(_l("Venue and city in Chinese"))
    address_zh = lines_zh(_l("Address in Chinese"), 500)
    source = SelectField(_l("As a copy of"), validators=[Optional()])
    with_people = BooleanField(_l("With its people and their parts"))

    def __init__(self, sources: Sequence[Event]) -> None:
        super().__init__(zone=DEFAULT_ZONE)
        self.offer_zones(DEFAULT_ZONE)
        self.sources = {event.public_id: event for event in sources}
        copies = ((key, _copy_choice(event)) for key, event in self.sources.items())
        self.source.choices = choices([("", _("Nothing: start with an empty event")), *copies])

    def validate_slug(self, field: Any) -> None:
        if field.data and not is_slug(field.data):
            raise ValidationError(_("Use 3 to 60 small letters, digits and single hyphens, such as delta-summit-2026."))

    def values(self) -> dict[str, Any]:
        """What the event is made of; an empty address is filled with the first free one."""
        names = {"name_en": self.name_en.data, "name_zh": self.name_zh.data}
        starts_at: Any = self.starts_at.data
        proposal = slug_of(self.name_en.data or "", self.name_zh.data or "", starts_at.year)
        return {
            **names,
            "slug": self.slug.data or first_free(proposal, slugs_in_use(proposal)),
            "starts_at": self.starts_at.moment,
            "ends_at": self.ends_at.moment,
            "time_zone": self.time_zone.data,
        }

    def venue(self) -> dict[str, str]:
        """What is known of the venue; empty where nothing was entered."""
        typed = {
            "name_en": self.venue_en.data,
            "name_zh": self.venue_zh.data,
            "address_zh": self.address_zh.data,
        }
        return {name: text for name, text in typed.items() if text}


class DetailsForm(_InItsZone):
    """What the event's site says and how it looks."""

    columns = DETAILS
    groups = (
        (
            _l("Texts"),
            (
                ("name_en", "name_zh"),
                ("tagline_en", "tagline_zh"),
                ("about_en", "about_zh"),
                ("footnote_en", "footnote_zh"),
            ),
        ),
        (_l("When"), (("starts_at", "ends_at"), ("time_zone", "day_starts"))),
        (
            _l("Registration"),
            (("registration_opens_at", "registration_closes_at"), ("phone_suffices",), ("contact_email",)),
        ),
        (_l("Look"), (("colour",),)),
    )

    name_en = line(_l("English name"))
    name_zh = line_zh(_l("Chinese name"))
    tagline_en = line(_l("One line about it, in English"), 300)
    tagline_zh = line_zh(_l("One line about it, in Chinese"), 300)
    about_en = lines(_l("About the event, in English"), description=_l("Paragraphs, **bold**, - lists, ## headings."))
    about_zh = lines_zh(_l("About the event, in Chinese"))
    footnote_en = lines(_l("Note at the foot, in English"), 1000)
    footnote_zh = lines_zh(_l("Note at the foot, in Chinese"), 1000)
    starts_at = WallTimeField(_l("Starts at"), validators=[InputRequired(_l("Enter date and time of the start."))])
    ends_at = WallTimeField(_l("Ends at"), validators=[InputRequired(_l("Enter date and time of the end."))])
    time_zone = SelectField(
        _l("Time zone"), description=_l("Another zone keeps what the clock shows: a session at 09:00 stays at 09:00.")
    )
    day_starts = TimeField(
        _l("A day begins at"),
        validators=[InputRequired(_l("Enter a time."))],
        description=_l("What runs after midnight and before this time still belongs to the day before."),
    )
    registration_opens_at = WallTimeField(
        _l("Registration opens"), description=_l("Empty: as soon as it is published.")
    )
    registration_closes_at = WallTimeField(_l("Registration closes"), description=_l("Empty: when the event is ended."))
    phone_suffices = BooleanField(_l("A mobile phone number suffices in place of an e-mail address"))
    contact_email = EmailField(
        _l("E-mail address for questions"),
        filters=[tidy],
        validators=[Optional(), at_most(320), Email(_l("This is not a complete e-mail address."))],
    )
    colour = colour(
        _l("Colour"), description=_l("Of buttons and of the cover; dark enough for text on a light ground.")
    )
    cover_pattern = RadioField(_l("Cover"), validate_choice=True)

    def __init__(self, event: Event) -> None:
        super().__init__(event, zone=event.time_zone, cover_pattern=event.cover_pattern or "")
        self.offer_zones(event.time_zone)
        self.cover_pattern.choices = choices([("", _("Chosen by the address")), *PATTERNS.items()])

    def validate_colour(self, field: Any) -> None:
        if not field.errors and not readable_on_wall(field.data):
            raise ValidationError(str(ColourTooPale()))

    def values(self) -> dict[str, Any]:
        return {**super().values(), "cover_pattern": self.cover_pattern.data or None}


class VenueForm(DeskForm):
    """Where the event takes place."""

    columns = VENUE_TEXTS
    groups = ((None, (("name_en", "name_zh"), ("address_en", "address_zh"), ("directions_en", "directions_zh"))),)

    name_en = line(_l("Name of the venue in English"))
    name_zh = line_zh(_l("Name of the venue in Chinese"))
    address_en = lines(_l("Address in English"), 500)
    address_zh = lines_zh(_l("Address in Chinese"), 500, description=_l("Guests show this to a driver."))
    directions_en = lines(_l("How to get there, in English"), 2000)
    directions_zh = lines_zh(_l("How to get there, in Chinese"), 2000)


class BannerForm(PageForm):
    banner_en = line(_l("Announcement in English"), 300)
    banner_zh = line_zh(_l("Announcement in Chinese"), 300)


def _copy_choice(event: Event) -> str:
    return f"{event.name} ({format_day(event.starts_at, event.time_zone)})"
