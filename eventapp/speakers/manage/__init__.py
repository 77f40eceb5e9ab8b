"""The organisers' side of speakers."""

from eventapp.speakers.manage import withdrawals
from eventapp.speakers.manage.speakers import blueprint

__all__ = ["blueprint", "withdrawals"]
