"""What operations refuse, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class MetricsClosed(Refused):
    status = 403
    message = _l("Figures are shown to the machine itself, or with the token set as METRICS_TOKEN.")


class BackupRefused(Exception):  # noqa: N818 - "refused" is what happened
    """A backup cannot be made or restored; the message says why and what to do. For the command line, in English."""
