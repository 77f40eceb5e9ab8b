"""Mail a guest's links again on request, and never tell whether there were any."""

from __future__ import annotations

from datetime import timedelta

from eventapp.clock import now
from eventapp.db import transaction
from eventapp.messaging.actions import enqueue_message
from eventapp.messaging.queries import asked_for

TEMPLATE = "own_links"
# An address gets the mail at most so often; a form that was fetched once asks for at most so many addresses.
PAUSE = timedelta(minutes=10)
MOST_A_DAY = 5
MOST_BY_FORM = 3


def ask_for_links(event_id: int, email: str, *, form_key: str, language: str) -> None:
    """Have the links of all living registrations of this address mailed to it, if there are any.

    What is done here is the same for every address: the worker looks whether it is known when it writes the mail, and
    writes none if not. Asking too often does nothing, and is not told either.
    """
    with transaction():
        cause, at = f"{TEMPLATE}:{event_id}:{form_key}", now()
        by_form = asked_for(TEMPLATE, event_id, cause=cause)
        lately = asked_for(TEMPLATE, event_id, recipient=email, since=at - PAUSE)
        today = asked_for(TEMPLATE, event_id, recipient=email, since=at - timedelta(days=1))
        if by_form < MOST_BY_FORM and not lately and today < MOST_A_DAY:
            enqueue_message(
                cause=cause, recipient=email, language=language, template=TEMPLATE, values={}, event_id=event_id
            )
