"""The application as servers and the `flask` command find it."""

import sys

from config import load_settings
from eventapp import create_app

settings = load_settings()
if not settings.redis_url:
    # The queue's library loads its Redis client (13 MB in each process) whether or not it is used; it may be missing.
    sys.modules["redis"] = None  # type: ignore[assignment]
app = create_app(settings)
