"""What is done with messages: one about a fact, one text to many, and the delivery of both."""

from eventapp.messaging.actions.mailings import (
    MailingChanged,
    Recipient,
    Release,
    cancel_mailing,
    draft_mailing,
    finish_mailings,
    release_due,
    retry_failed,
    rewrite_mailing,
    schedule_mailing,
    send_test,
)
from eventapp.messaging.actions.outbox import (
    LEASE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    RECIPIENT_LIMIT,
    MessageRetried,
    delete_messages_to,
    deliver_due,
    enqueue_message,
    retry_message,
)

__all__ = [
    "LEASE",
    "LONGEST_PAUSE",
    "MOST_ATTEMPTS",
    "RECIPIENT_LIMIT",
    "MailingChanged",
    "MessageRetried",
    "Recipient",
    "Release",
    "cancel_mailing",
    "delete_messages_to",
    "deliver_due",
    "draft_mailing",
    "enqueue_message",
    "finish_mailings",
    "release_due",
    "retry_failed",
    "retry_message",
    "rewrite_mailing",
    "schedule_mailing",
    "send_test",
]
