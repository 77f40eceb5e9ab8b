"""What every response shares: security headers, request ids, fingerprinted static files, refusals as pages or JSON."""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from eventapp.errors import Malformed, Refused

csrf = CSRFProtect()
log = structlog.get_logger("eventapp.web")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The decoder is WebAssembly; a Worker takes its policy from its own script's response.
DECODER_PATHS = ("/door/", "/static/checkin/", "/static/vendor/zxing-wasm")
# A path of ours: browsers read two slashes as another host, backslashes as slashes, and pass over control characters.
OWN_PAGE = re.compile(r"/(?:[^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?")
BODY_LIMIT_BYTES = 2 * 1024 * 1024
STATIC_AGE_SECONDS = 365 * 24 * 3600


def init_web(app: Flask, trusted_proxies: int) -> None:
    """Wire headers, CSRF, request ids and error pages into the application."""
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=trusted_proxies
        )
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT_BYTES
    csrf.init_app(app)
    app.jinja_env.globals["static_url"] = static_url
    app.before_request(_name_the_request)
    app.before_request(_refuse_nul)
    app.after_request(_secure)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crashed)


def static_url(filename: str) -> str:
    """The address of a static file, with a fingerprint of its content so that it may be cached for a year."""
    return url_for("static", filename=filename, v=_fingerprint(filename))


@lru_cache(maxsize=512)
def _fingerprint(filename: str) -> str:
    path = Path(__file__).resolve().parent.parent / "static" / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def client_address() -> str:
    """The address the request came from, as far as trusted proxies tell."""
    return request.remote_addr or ""


def wants_json() -> bool:
    """Whether the answer should be problem+json rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.path.startswith("/api/") or best == "application/json"


def no_store(response: Response) -> Response:
    """Mark an answer that holds somebody's data: no cache may keep it."""
    response.headers["Cache-Control"] = "no-store"
    return response


def see_other(location: str) -> Response:
    """Redirect after a POST; only to a page of this site."""
    response = make_response("", 303)
    response.headers["Location"] = location if OWN_PAGE.fullmatch(location) else "/"
    return response


def refused(error: Refused) -> Response:
    """One handler for every refusal: a page, or RFC 9457 problem+json."""
    return problem(error.status, str(error), kind=type(error).__name__)


def problem(status: int, detail: str, kind: str = "about:blank") -> Response:
    """An error answer in the form the caller can read."""
    if wants_json():
        return problem_json(status, detail, kind)
    page = render_template("errors/error.html", status=status, title=_title(status), detail=detail)
    return no_store(make_response(page, status))


def problem_json(status: int, detail: str, kind: str = "about:blank", **more: Any) -> Response:
    """RFC 9457 problem+json; `more` is what a program can do something about."""
    response = jsonify(type=kind, title=_title(status), status=status, detail=detail, **more)
    response.mimetype = "application/problem+json"
    response.status_code = status
    return no_store(response)


def _title(status: int) -> str:
    return {
        400: _("Something is missing"),
        401: _("Please sign in"),
        403: _("Not allowed"),
        404: _("Page not found"),
        405: _("Not possible here"),
        409: _("Not done"),
        410: _("No longer here"),
        413: _("Too large"),
        422: _("Please check what you entered"),
        429: _("Please wait a moment"),
    }.get(status, _("Something went wrong") if status >= 500 else _("Not done"))


def _stale_form(_error: CSRFError) -> Response:
    return problem(
        400,
        _(
            "This form was open for too long or cookies are switched off. Please go back, reload the page and send it again."
        ),
    )


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if error.code == 401 and request.method == "GET" and not wants_json():
        # A bookmark of the desk leads to the sign-in page, and from there to the desk.
        return no_store(see_other(url_for("accounts.sign_in", next=request.full_path.rstrip("?"))))
    sentences = {
        401: _("Please sign in to see this page."),
        404: _("We could not find this page. The link may be incomplete."),
        405: _("This address cannot be used in this way."),
        413: _("This is too large to be sent at once."),
    }
    response = problem(
        error.code, sentences.get(error.code, _("The request could not be understood. Please go back and try again."))
    )
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def _crashed(error: Exception) -> Response:
    log.error("crashed", exc_info=error, route=_route())
    return problem(
        500,
        _(
            "This is our fault. Nothing you entered was half done. Please try again in a minute; quote %(id)s if it goes on.",
            id=g.get("request_id", "-"),
        ),
    )


def _name_the_request() -> None:
    g.request_id = secrets.token_hex(6)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_nul() -> None:
    # No text that holds it can be stored or looked up; PostgreSQL ends the statement with an error.
    typed = (request.path, *request.args.keys(), *(value for values in request.args.listvalues() for value in values))
    if any("\0" in text for text in typed):
        raise Malformed


def _route() -> str:
    # The rule, not the path: paths hold tokens and codes.
    return request.url_rule.rule if request.url_rule else "-"


def _secure(response: Response) -> Response:
    headers = response.headers
    policy = CONTENT_SECURITY_POLICY
    if request.path.startswith(DECODER_PATHS):
        policy = policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    # A view may state a policy of its own: development's mail reader shows mail with inline styles in a sandbox.
    headers.setdefault("Content-Security-Policy", policy)
    headers["X-Content-Type-Options"] = "nosniff"
    # Not no-referrer: the CSRF check on HTTPS needs the Referer of our own pages.
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["X-Request-ID"] = g.get("request_id", "-")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        # Modules import each other without a fingerprint: they are asked for again each time, and answered 304.
        fingerprinted = f"public, max-age={STATIC_AGE_SECONDS}, immutable"
        headers["Cache-Control"] = fingerprinted if request.args.get("v") else "no-cache"
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store" if "Set-Cookie" in headers else "private, no-cache"
    if request.endpoint != "static":
        log.info("answered", method=request.method, route=_route(), status=response.status_code)
    return response
