"""Static files go out compressed, each compressed once in a process; so does an answer that asks for it.

Pages are left to the server in front: one that holds a secret beside what a visitor typed must not be compressed.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TEXTS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/wasm"})
SMALLEST_BYTES = 1024
# Made anew for each answer: a fifth of the time for a few hundredths more of the size.
QUICK_LEVEL = 5


def init_compression(app: Flask) -> None:
    app.after_request(_compress_static)


def _compress_static(response: Response) -> Response:
    if request.endpoint != "static" or response.mimetype not in TEXTS:
        return response
    response.vary.add("Accept-Encoding")
    etag, _weak = response.get_etag()
    if response.status_code != 200 or not etag or not request.accept_encodings["gzip"] or request.method != "GET":
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) >= SMALLEST_BYTES:
        response.set_data(_compressed(etag, content))
        response.headers["Content-Encoding"] = "gzip"
        # Weak: the same file under another encoding.
        response.set_etag(etag, weak=True)
    return response


def squeezed(response: Response) -> Response:
    """A large answer that holds no secret beside what a stranger can choose, compressed for whoever takes it so."""
    response.vary.add("Accept-Encoding")
    content = response.get_data()
    if len(content) >= SMALLEST_BYTES and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(content, compresslevel=QUICK_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=256)
def _compressed(_etag: str, content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=9, mtime=0)
