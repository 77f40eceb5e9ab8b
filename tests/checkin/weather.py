"""The network between a device and the site: fair, or bad in one of the ways that networks at events are."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PORTAL = b"<!doctype html><title>Guest Wi-Fi</title><h1>Welcome! Please accept our terms.</h1>"
SLOW_SECONDS = 5
# Headers that hold for one connection only.
_OWN = {"connection", "transfer-encoding", "keep-alive", "server", "date", "content-length"}


class Weather:
    """Stands before the site at `url`. `becomes(...)` one of KINDS; `asked` lists the paths of API calls that came by."""

    KINDS = ("silent", "broken", "slow", "portal", "refusing portal")

    def __init__(self, site_port: int) -> None:
        self.site_port = site_port
        self.kind = "fair"
        self.asked: list[str] = []
        self.changed: dict[str, Callable[[bytes], bytes]] = {}
        self._calm = threading.Event()
        weather = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                weather._answer(self)

            do_POST = do_GET  # noqa: N815 - the name is the base class's

            def log_message(self, *_args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def becomes(self, kind: str) -> None:
        self.kind = kind
        # Whoever was kept waiting by a silent server is let go, without an answer.
        self._calm.set()
        self._calm = threading.Event()

    def stop(self) -> None:
        self.becomes("fair")
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers.get("Content-Length") or 0)
        body = request.rfile.read(length) if length else None
        if request.path.startswith("/api/"):
            self.asked.append(request.path)
        getattr(self, f"_{self.kind.replace(' ', '_')}")(request, body)

    def _fair(self, request: BaseHTTPRequestHandler, body: bytes | None) -> None:
        site = http.client.HTTPConnection("127.0.0.1", self.site_port, timeout=30)
        try:
            # What is to be changed must not be compressed.
            headers = {name: value for name, value in request.headers.items() if name.lower() != "accept-encoding"}
            site.request(request.command, request.path, body, headers)
            answer = site.getresponse()
            content = answer.read()
        except OSError:
            request.close_connection = True
            return
        finally:
            site.close()
        for path, change in self.changed.items():
            if request.path.partition("?")[0] == path:
                content = change(content)
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN]
        _send(request, answer.status, kept, content)

    def _silent(self, request: BaseHTTPRequestHandler, _body: bytes | None) -> None:
        self._calm.wait(60)
        request.close_connection = True

    def _broken(self, request: BaseHTTPRequestHandler, _body: bytes | None) -> None:
        _send(request, 500, [("Content-Type", "text/html")], b"<h1>Internal Server Error</h1>")

    def _slow(self, request: BaseHTTPRequestHandler, body: bytes | None) -> None:
        time.sleep(SLOW_SECONDS)
        self._fair(request, body)

    def _portal(self, request: BaseHTTPRequestHandler, _body: bytes | None) -> None:
        _send(request, 200, [("Content-Type", "text/html")], PORTAL)

    def _refusing_portal(self, request: BaseHTTPRequestHandler, _body: bytes | None) -> None:
        _send(request, 401, [("Content-Type", "text/html")], PORTAL)


@contextmanager
def weather_before(site_port: int) -> Iterator[Weather]:
    weather = Weather(site_port)
    yield weather
    weather.stop()


def _send(request: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
    try:
        request.send_response(status)
        for name, value in headers:
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)
    except OSError:
        # Nobody waits for it any more.
        request.close_connection = True
