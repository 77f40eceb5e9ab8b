"""The description of the whole JSON API, OpenAPI 3.1, made of what the operations declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from eventapp.access import allow
from eventapp.jsonapi import Operation

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

REF = "#/components/schemas/{model}"
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
WORDS = {
    200: "Done.",
    201: "Made.",
    204: "Done; there is nothing to tell.",
    400: "The request is damaged.",
    401: "There is no valid token.",
    403: "The token lacks the scope.",
    404: "There is no such thing in this event.",
    409: "It cannot be done now; the sentence says why.",
    413: "Too much at once.",
    422: "What was sent is not right; “errors” says where.",
    429: "Too often.",
}
# Whatever is asked for may be refused so.
ALWAYS = (400, 401, 403, 404)
WITH_BODY = (409, 413, 422, 429)
ABOUT = (
    "Registration, bookings and the door of an event. Send `Authorization: Bearer <token>`: a token that an owner of the "
    "event made under Settings › Tokens, or, for the door, the token of a paired device. A token opens one event. "
    "Errors are problem+json (RFC 9457). Moments are in UTC. Texts in two languages are `{en, zh}`."
)


class Wrong(BaseModel):
    """One place of a request, and what is wrong there."""

    field: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457). `type` names the refusal, `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong] = Field(default_factory=list)


@blueprint.get("/openapi.json")
@allow("public")
def openapi_json() -> Response:
    """The description of the JSON API for programs."""
    return jsonify(describe_api(current_app))


def describe_api(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of every view that declares an operation."""
    told = list(_operations(app))
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, view in told:
        paths.setdefault(ARGUMENT.sub(r"{\1}", rule.rule), {})[method] = _describe(rule, view)
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Eventapp", "version": "1", "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": _schemas([view.operation for _rule, _method, view in told]),
            "securitySchemes": {
                "token": {**bearer, "description": "A program's token."},
                "device": {**bearer, "description": "The token of a paired door device."},
            },
        },
    }


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Any]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view: Any = app.view_functions[rule.endpoint]
        if hasattr(view, "operation"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method.lower(), view


def _describe(rule: Rule, view: Any) -> dict[str, Any]:
    told: Operation = view.operation
    words = (view.__doc__ or "").strip()
    described: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "tags": [_tag(rule)],
        "summary": words.partition("\n")[0],
        "security": [{told.key: []}],
        "parameters": [*_path_parameters(rule), *_query_parameters(told)],
        "responses": _responses(told),
    }
    if told.scope:
        described["description"] = f"Needs the scope `{told.scope}`."
    if told.body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(told.body)}}}
    return described


def _tag(rule: Rule) -> str:
    parts = rule.rule.split("/")
    return parts[5] if parts[3] == "events" else parts[3]


def _path_parameters(rule: Rule) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in ARGUMENT.findall(rule.rule)
    ]


def _query_parameters(told: Operation) -> list[dict[str, Any]]:
    if told.query is None:
        return []
    schema = told.query.model_json_schema(ref_template=REF)
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": shape}
        for name, shape in schema["properties"].items()
    ]


def _responses(told: Operation) -> dict[str, Any]:
    codes = {*ALWAYS, *told.refuses, *(WITH_BODY if told.body else ()), *((422,) if told.query else ())}
    problem = {"application/problem+json": {"schema": _ref(Problem)}}
    refused = {str(code): {"description": WORDS[code], "content": problem} for code in sorted(codes)}
    done: dict[str, Any] = {"description": WORDS[told.status]}
    if told.answer is not None:
        done["content"] = {"application/json": {"schema": _ref(told.answer)}}
    return {str(told.status): done, **refused}


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    sent = {told.body for told in operations if told.body is not None}
    answered = {told.answer for told in operations if told.answer is not None} | {Problem}
    modes: list[Any] = [(model, "validation") for model in sorted(sent, key=_name)]
    modes += [(model, "serialization") for model in sorted(answered, key=_name)]
    _map, schema = models_json_schema(modes, ref_template=REF)
    found: dict[str, Any] = schema["$defs"]
    return found


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}
