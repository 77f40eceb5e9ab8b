"""Structured logs: one JSON object a line, with the request's id and never a token."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Link tokens are 43 characters, pass codes 184 digits; whatever looks like one is cut before it is written.
SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")
# PostgreSQL quotes the whole row that it refused.
ROW = re.compile(r"DETAIL:[^\n]*")


def init_logs(level: int = logging.INFO) -> None:
    """Write logs to standard error; called once per process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up for each line: whoever exchanges standard error gets what follows.
        logger_factory=lambda *_args: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def hide_secrets(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace everything that looks like a token or a pass code, and rows that a database quotes."""
    return {key: _without_secrets(value) if isinstance(value, str) else value for key, value in entry.items()}


def _without_secrets(text: str) -> str:
    return SECRET.sub("[hidden]", ROW.sub("DETAIL: [hidden]", text))
