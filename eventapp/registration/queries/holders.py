"""Whose registration it is now, and since when."""

from __future__ import annotations

from eventapp.accounts.models import AuditEntry
from eventapp.accounts.queries import history_of
from eventapp.registration.models import Registration


def history_of_holder(registration: Registration) -> list[AuditEntry]:
    """What was done to a registration since its present holder has it; nothing from before it was handed over."""
    entries = list(history_of(Registration.__tablename__, registration.id))
    handed = [number for number, entry in enumerate(entries) if entry.action == "hand_over"]
    return entries[handed[-1] :] if handed else entries
