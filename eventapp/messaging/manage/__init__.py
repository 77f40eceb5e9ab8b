"""Messages for organisers: what was sent, and one text to many; in development also the mail reader."""

from eventapp.messaging.manage import mailings, outbox
from eventapp.messaging.manage.outbox import blueprint

__all__ = ["blueprint", "mailings", "outbox"]
