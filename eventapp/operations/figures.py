"""The whole of /metrics: what processes count, and what the database holds."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from eventapp.operations.metrics import gauge_lines, request_lines
from eventapp.operations.queries import messages_by_state, registrations_by_state, scans_by_verdict, workers_alive


def measured_now() -> str:
    """All figures of this moment in Prometheus's text format."""
    return "\n".join([*_lines(), ""])


def _lines() -> Iterator[str]:
    yield from request_lines(current_app.extensions["request_counter"].totals())
    yield from gauge_lines("eventapp_scans", "Scans recorded, by verdict.", "verdict", scans_by_verdict())
    yield from gauge_lines("eventapp_messages", "Messages in the outbox, by state.", "state", messages_by_state())
    yield from gauge_lines("eventapp_registrations", "Registrations, by state.", "state", registrations_by_state())
    alive = {"": float(workers_alive())}
    yield from gauge_lines("eventapp_workers_alive", "Workers that beat within the last minute.", "", alive)
