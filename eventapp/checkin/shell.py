"""The door app's shell: what a paired device keeps so that it starts without a network."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import render_template
from flask_babel import force_locale

from eventapp.checkin.words import VERDICTS, verdict_message
from eventapp.i18n import LANGUAGES
from eventapp.web import static_url

STATIC = Path(__file__).resolve().parents[2] / "static"
PATTERNS = (
    "checkin/*.js",
    "checkin/*.css",
    "checkin/*.json",
    "css/tokens.css",
    "images/favicon.svg",
    "vendor/idb-*/index.js",
    "vendor/noble-ed25519-*/index.js",
    "vendor/zxing-wasm-*/**/*.js",
    "vendor/zxing-wasm-*/**/*.wasm",
)
WORKER = "checkin/worker.js"
PAGE = "/door/"
# A Worker belongs to the service worker under whose scope its own address lies; its modules may be anywhere then.
DECODER_PATH = "/door/decoder.js"
DECODER = 'import "/static/checkin/decoder.worker.js";\n'


def door_page(samples: list[Any]) -> str:
    """The page itself. It holds nobody's data and no token, so that a device may keep it."""
    messages = {verdict: dict(verdict_message(verdict)) for verdict in VERDICTS}
    return render_template("checkin/door.html", samples=samples, messages=messages)


def service_worker(samples: list[Any]) -> str:
    """The service worker's script, headed by what it keeps and by a version that changes with any of it."""
    files = [DECODER_PATH, *(static_url(name) for name in _file_names())]
    pages = [f"{PAGE}?lang={language}" for language in LANGUAGES]
    shell = {"version": _version(files, samples), "files": files, "pages": pages, "page": PAGE}
    return f"const SHELL = {json.dumps(shell)};\n{_worker_text()}"


@lru_cache(maxsize=1)
def _file_names() -> tuple[str, ...]:
    found = {path.relative_to(STATIC).as_posix() for pattern in PATTERNS for path in STATIC.glob(pattern)}
    return tuple(sorted(found - {WORKER}))


@lru_cache(maxsize=1)
def _worker_text() -> str:
    return (STATIC / WORKER).read_text(encoding="utf-8")


def _version(files: list[str], samples: list[Any]) -> str:
    # The addresses of the files hold a fingerprint of their content.
    digest = hashlib.sha256("\n".join((*files, _worker_text(), DECODER)).encode())
    for language in LANGUAGES:
        with force_locale(language):
            digest.update(door_page(samples).encode())
    return digest.hexdigest()[:16]
