"""An event's states: which may follow which, and what the step is called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# From a state to the next: (label of the step, what it means for guests).
STEPS = {
    ("draft", "published"): (
        _l("Publish"),
        _l("Everybody can see the site, and guests can register while registration is open."),
    ),
    ("draft", "archived"): (
        _l("Archive"),
        _l("Guests see as little as before. Nothing is lost, and you can take it up again."),
    ),
    ("published", "draft"): (
        _l("Take back"),
        _l("The site is gone for guests at once, and nobody can register. Registrations and passes stay as they are."),
    ),
    ("published", "over"): (
        _l("End the event"),
        _l("The site stays, under past events. Nobody can register any more."),
    ),
    ("over", "published"): (
        _l("Open again"),
        _l("The event stands among the coming ones again, and guests can register while registration is open."),
    ),
    ("over", "archived"): (
        _l("Archive"),
        _l("The site is gone for guests. The team keeps everything, and you can bring it back."),
    ),
    ("archived", "draft"): (
        _l("Take up again"),
        _l("The event is a draft again: guests see nothing until you publish it."),
    ),
    ("archived", "over"): (
        _l("Bring the site back"),
        _l("Guests can look at the site again, under past events."),
    ),
}


def next_states(state: str) -> list[str]:
    """The states that an event in this state may be put into."""
    return [after for before, after in STEPS if before == state]
