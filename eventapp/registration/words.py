"""Words around registration: what things are called, the notice we propose, what guests are told and may agree to.

A notice keeps the words of purposes and consents as they were when it was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

PROPOSAL = _l(
    "We use what you enter here – your name, how to reach you, your organisation and position – to run %(event)s: for your "
    "place, your pass, check-in at the door, and messages about the event.\n\n"
    "Only the event's team sees it. We delete it when it is no longer needed for the event.\n\n"
    "On your own page you can see your data, change it and withdraw. For questions write to %(contact)s."
)

INVITATION_LABELS = {
    "drafted": _l("Drafted"),
    "sent": _l("Sent"),
    "bounced": _l("Not delivered"),
    "opened": _l("Opened"),
    "accepted": _l("Accepted"),
    "declined": _l("Regrets"),
    "handed": _l("Handed to a deputy"),
}
# What is wrong with a line of a pasted table.
TABLE_FAULTS = {
    "name": _l("the name is missing"),
    "email": _l("the e-mail address is not complete"),
    "language": _l("the language is neither English nor Chinese"),
    "plus_ones": _l("how many more they may bring is no number up to 10"),
    "long": _l("name, organisation or position is too long"),
    "hidden": _l("it holds invisible control characters"),
    "twice": _l("the same guest stands further up"),
    "many": _l("there are more than 2,000 lines; paste the rest afterwards"),
}
# What is wrong with a row of an imported table.
IMPORT_FAULTS = {
    "name": _l("the name is missing"),
    "email": _l("the e-mail address is not complete"),
    "phone": _l("the phone number cannot be read"),
    "reach": _l("there is neither an e-mail address nor a phone number"),
    "language": _l("the language is neither English nor Chinese"),
    "category": _l("the category is missing, or there is none of this name"),
    "long": _l("name, organisation or position is too long"),
    "hidden": _l("it holds invisible control characters"),
    "many": _l("there are more than 20,000 rows; import the rest afterwards"),
}
ENTRY_LABELS = {
    "open": _l("Everybody finds it in the form"),
    "hidden": _l("Whoever has its link"),
    "code": _l("Whoever has a code"),
    "invitation": _l("Only who is invited in person"),
}
# What somebody is in a party.
ROLE_LABELS = {
    "member": _l("Member"),
    "head": _l("Head of the delegation"),
    "aide": _l("Aide"),
    "interpreter": _l("Interpreter"),
    "driver": _l("Driver"),
}


def proposed_notice(names: dict[str, str], contact: str) -> dict[str, str]:
    """The texts in both languages, to be read and adapted by the organiser; `names` of the event by language."""
    texts = {}
    for language, name in names.items():
        with force_locale(language):
            texts[f"body_{language}"] = str(PROPOSAL) % {"event": name, "contact": contact}
    return texts


# What each kind of question is called where the team builds the form.
QUESTION_KIND_WORDS = {
    "short_text": _l("One line of text"),
    "long_text": _l("Several lines of text"),
    "choice": _l("One of several choices"),
    "choices": _l("Any of several choices"),
    "number": _l("Whole number"),
    "date": _l("Date"),
    "yes_no": _l("Yes or no"),
    "country": _l("Country or region"),
    "phone": _l("Phone number"),
    "file": _l("File"),
    "document": _l("Number of a document"),
}
ASKED_WORDS = {"registration": _l("When registering"), "later": _l("Later, on the guest's own page")}
AUDIENCE_WORDS = {"guest": _l("The guest"), "team": _l("The team only")}
PURPOSE_WORDS = {
    "answers": _l("To run the event"),
    "sensitive": _l("Sensitive: answered only with a consent of its own"),
    "documents": _l("Documents: whole numbers are seen by owners only"),
}
WRONG_ANSWERS = {
    "required": _l("Please answer this."),
    "hidden": _l("This holds invisible control characters. Please type it again."),
    "no_text": _l("Please answer this with text."),
    "too_long": _l("At most %(most)s characters, please."),
    "no_number": _l("Enter a whole number, such as 120."),
    "too_large": _l("Enter a number of at most %(most)s."),
    "no_date": _l("Enter a date, such as 2026-11-23."),
    "not_offered": _l("Choose among the answers offered here."),
    "no_yes_no": _l("Choose yes or no."),
    "no_country": _l("Choose a country or region from the list."),
    "no_phone": _l("This is not a phone number we can read. Abroad, start with + and the country."),
    "no_file": _l("This file is no longer here. Please choose it again."),
    "no_document": _l("A number has 4 to 40 letters, digits or hyphens, as printed on the document."),
    "consent": _l("Agree to the use of sensitive answers below, or leave this empty."),
}


def wrong_words(wrong: Any) -> str:
    """What is wrong with an answer, as a sentence."""
    return str(WRONG_ANSWERS[wrong.code]) % wrong.values


def fault_words(fault: Any) -> str:
    """What is wrong with a row of an imported table."""
    if fault.wrong is None:
        return str(IMPORT_FAULTS[fault.code])
    return f"{fault.question}: {wrong_words(fault.wrong)}"


# What is kept for each purpose (see RETENTION_PURPOSES), and what for.
KEPT = {
    "contact": (
        _l("Names, e-mail address, mobile phone, organisation, position, category and language"),
        _l("Your place, your pass, check-in at the door, and messages about the event"),
    ),
    "answers": (
        _l("Answers to the event's questions, and files you send with them"),
        _l("Planning the event for those who come"),
    ),
    "sensitive": (
        _l("Sensitive answers, such as diet and access needs; only if you agree to it"),
        _l("Looking after you at the event"),
    ),
    "documents": (
        _l("Numbers of identity documents, kept encrypted"),
        _l("Entering a venue that checks identities"),
    ),
}

# The same in a word, where the team reads it; and kinds of rows that go.
PURPOSES = {
    "contact": _l("Names and contacts"),
    "answers": _l("Answers and files"),
    "sensitive": _l("Sensitive answers"),
    "documents": _l("Numbers of documents"),
}
LEFT_WORDS = {
    "registrations": _l("registrations"),
    "parties": _l("parties"),
    "invitations": _l("invitations"),
    "answers": _l("answers"),
    "files": _l("files"),
}

# What a guest may agree to besides registering: a short name, and the sentence beside the box.
CONSENTS = {
    "public_list": (
        _l("Public list of participants"),
        _l(
            "Show my name, organisation and position in the list of participants, where everybody can read them. "
            "I can take this back at any time."
        ),
    ),
    "photographs": (
        _l("Photographs and films"),
        _l(
            "Use pictures and films in which I can be recognised in reports about the event, where everybody can see them. "
            "I can take this back at any time."
        ),
    ),
    "marketing": (
        _l("News of later events"),
        _l(
            "Write to me about later events; only the organiser uses my address for this. "
            "I can take this back at any time."
        ),
    ),
    "sensitive": (
        _l("Sensitive answers"),
        _l(
            "Use my answers about needs such as diet and access to look after me; only the event's team sees them. "
            "I can take this back at any time, and they are deleted at once."
        ),
    ),
}
PARTNER = (
    _l("Sharing with %(partner)s"),
    _l(
        "Pass my name, organisation, position and e-mail address on to %(partner)s, so that they can write to me about "
        "their work. I can take this back at any time."
    ),
)
PARTNER_PURPOSE = "partner:"


def notice_facts(
    keep_until: Mapping[str, date],
    kept: Iterable[str],
    consents: Iterable[str],
    partners: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """What a notice names besides its text, in both languages: what is kept for what and until when, consents, recipients.

    `kept` are purposes for which there is data, `consents` what is asked; `partners` are names by language, by public id.
    """
    return {
        "kept": [
            {
                "purpose": purpose,
                "what": _in_both(KEPT[purpose][0]),
                "why": _in_both(KEPT[purpose][1]),
                "until": keep_until[purpose].isoformat() if purpose in keep_until else None,
            }
            for purpose in KEPT
            if purpose in kept
        ],
        "consents": [
            *(consent_fact(purpose) for purpose in CONSENTS if purpose in consents),
            *(partner_fact(public_id, names) for public_id, names in partners.items()),
        ],
        "recipients": [{"organisation": public_id, "name": dict(names)} for public_id, names in partners.items()],
    }


def consent_fact(purpose: str) -> dict[str, Any]:
    """One thing a guest may agree to."""
    label, text = CONSENTS[purpose]
    return {"purpose": purpose, "label": _in_both(label), "text": _in_both(text)}


def partner_fact(public_id: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Sharing with one named partner."""
    label, text = PARTNER
    filled = {language: {"partner": name} for language, name in names.items()}
    return {
        "purpose": f"{PARTNER_PURPOSE}{public_id}",
        "label": {language: words % filled[language] for language, words in _in_both(label).items()},
        "text": {language: words % filled[language] for language, words in _in_both(text).items()},
    }


def _in_both(words: Any) -> dict[str, str]:
    texts = {}
    for language in ("en", "zh"):
        with force_locale(language):
            texts[language] = str(words)
    return texts
