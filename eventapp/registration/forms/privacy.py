"""Forms about privacy: what a guest agrees to, the team's notice, and why data is removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.events.models import Event, Organisation
from eventapp.forms import DeskForm, Groups, line, line_zh, lines, lines_zh, whole_number
from eventapp.i18n import current_language
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.models import RETENTION_PURPOSES, PrivacyNotice
from eventapp.registration.notices import ASKS, PROPOSED_DAYS, PrivacyTerms
from eventapp.registration.queries.consents import ConsentAsked, consents_asked

# Whoever keeps data for longer than ten years has another reason than the event.
MOST_DAYS = 3650


def consent_field(purpose: str) -> str:
    """The name of the box that agrees to a purpose."""
    return f"consent_{purpose.replace(':', '_')}"


@dataclass(frozen=True)
class ConsentsSection:
    """Separate boxes, none ticked beforehand and none needed, below the notice's own."""

    asked: Sequence[ConsentAsked]
    template: str = "registration/consents_field.html"
    below: bool = True

    def fields(self) -> dict[str, Any]:
        language = current_language()
        return {consent_field(one.purpose): BooleanField(one.text.here(language)) for one in self.asked}

    def check(self, form: Any) -> bool:
        return True

    @property
    def names(self) -> list[str]:
        """The names of its boxes, in the order shown."""
        return [consent_field(one.purpose) for one in self.asked]

    def wishes(self, form: Any, wishes: Wishes) -> Wishes:
        ticked = {one.purpose for one in self.asked if form[consent_field(one.purpose)].data}
        return replace(wishes, consents=wishes.consents | ticked)


def consents_section(event: Event) -> ConsentsSection | None:
    """What the event's notice asks besides; None if nothing."""
    asked = consents_asked(event)
    return ConsentsSection(asked) if asked else None


class NoticeForm(DeskForm):
    """The next version of the privacy notice, with all that it names."""

    groups: ClassVar[Groups] = (
        (_l("Who is responsible"), (("controller_en", "controller_zh"), ("contact",))),
        (
            _l("What guests may agree to besides"),
            (("asks_public_list",), ("asks_photographs",), ("asks_marketing",), ("partners",)),
        ),
        (
            _l("How many days after the event data is kept"),
            (("days_contact", "days_answers"), ("days_sensitive", "days_documents")),
        ),
        (_l("The notice"), (("body_en",), ("body_zh",))),
    )

    controller_en = line(_l("Full name and address of the host, in English"), 300)
    controller_zh = line_zh(_l("Full name and address of the host, in Chinese"), 300)
    contact = line(_l("Contact for questions about data"), 320, description=_l("An e-mail address or a phone number."))
    asks_public_list = BooleanField(_l("Ask for a public list of participants"))
    asks_photographs = BooleanField(_l("Ask for photographs and films"))
    asks_marketing = BooleanField(_l("Ask for news of later events"))
    partners = SelectMultipleField(
        _l("Ask for sharing with each of these partners"),
        description=_l("Each is named in a box of its own. The partners are the organisations of the event."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days_contact = whole_number(_l("Names and contacts"), MOST_DAYS)
    days_answers = whole_number(_l("Answers and files"), MOST_DAYS)
    days_sensitive = whole_number(_l("Sensitive answers"), MOST_DAYS)
    days_documents = whole_number(_l("Numbers of documents"), MOST_DAYS)
    body_en = lines(_l("Notice in English"), 20_000, description=_l("Paragraphs, **bold**, - lists, ## headings."))
    body_zh = lines_zh(_l("Notice in Chinese"), 20_000)

    def __init__(
        self,
        latest: PrivacyNotice | None,
        proposal: Mapping[str, str],
        terms: PrivacyTerms,
        organisations: Sequence[Organisation],
    ) -> None:
        self.ids = {row.public_id: row.id for row in organisations}
        held = {"body_en": latest.body_en, "body_zh": latest.body_zh} if latest else proposal
        super().__init__(version=str(latest.version if latest else 0), **held, **self._held(terms))
        self.partners.choices = [SelectChoice(row.public_id, str(row.name)) for row in organisations]
        if not organisations:
            del self.partners
            without = tuple(
                (legend, tuple(row for row in rows if row != ("partners",))) for legend, rows in self.groups
            )
            # Of this form alone: there is nobody to choose from.
            self.groups = without  # type: ignore[misc]

    def _held(self, terms: PrivacyTerms) -> dict[str, Any]:
        return {
            "controller_en": terms.controller_en,
            "controller_zh": terms.controller_zh,
            "contact": terms.contact,
            **{f"asks_{purpose}": purpose in terms.asks for purpose in ASKS},
            "partners": [public_id for public_id, row_id in self.ids.items() if row_id in terms.partners],
            **{f"days_{purpose}": terms.days.get(purpose, PROPOSED_DAYS[purpose]) for purpose in RETENTION_PURPOSES},
        }

    def validate_controller_en(self, field: Any) -> None:
        if not (field.data or self.controller_zh.data):
            raise ValidationError(_("Say who is responsible, in English or in Chinese."))

    def validate_contact(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Say where guests can ask about their data."))

    def validate_days_contact(self, field: Any) -> None:
        kept = [self[f"days_{purpose}"].data for purpose in RETENTION_PURPOSES]
        if None in kept:
            raise ValidationError(_("Enter a number of days for each; 0 is the event's last day."))
        if field.data < max(kept):
            raise ValidationError(_("What guests answered cannot be kept longer than their names and contacts."))

    def after_version(self) -> int:
        """The version that was looked at; a damaged one matches none."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else -1

    def terms(self) -> PrivacyTerms:
        """What a valid form says."""
        chosen = self.partners.data if "partners" in self else []
        return PrivacyTerms(
            controller_en=self.controller_en.data or "",
            controller_zh=self.controller_zh.data or "",
            contact=self.contact.data or "",
            asks=frozenset(purpose for purpose in ASKS if self[f"asks_{purpose}"].data),
            partners=frozenset(self.ids[public_id] for public_id in chosen or ()),
            days={purpose: self[f"days_{purpose}"].data for purpose in RETENTION_PURPOSES},
        )


class EraseForm(DeskForm):
    """Why everything that is held about a guest is removed."""

    groups: ClassVar[Groups] = ((None, (("reason",),)),)

    reason = lines(
        _l("Reason"),
        500,
        description=_l("Kept in the history. Name nobody: names, addresses and numbers are taken out."),
    )

    def validate_reason(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Say in a few words why: it is kept in the history."))
