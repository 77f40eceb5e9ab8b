"""The JSON API: what an operation takes and answers is declared once, checked at its door, and told in OpenAPI."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import wraps
from typing import Annotated, Any, TypeVar

from flask import Response, g, make_response, request
from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from eventapp.access import asked_token
from eventapp.accounts.actions import USE_NOTED_EVERY, note_token_used
from eventapp.accounts.actor import Actor
from eventapp.accounts.errors import ScopeMissing, TokenUnknown
from eventapp.accounts.models import ApiToken
from eventapp.accounts.queries import token_by_secret
from eventapp.addresses import LARGEST_NUMBER
from eventapp.clock import now
from eventapp.errors import Malformed, NotFound, Refused
from eventapp.events.models import Event
from eventapp.walltime import YEARS
from eventapp.web import client_address, no_store, problem

Model = TypeVar("Model", bound=BaseModel)
# The number of a row, or its version: no database looks up a larger one.
RowNumber = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]


class Sent(BaseModel):
    """A body or a query as programs send it: nothing unknown in it, and nothing of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _moment(moment: AwareDatetime) -> AwareDatetime:
    if moment.year not in YEARS:
        raise ValueError("is the year right?")
    return moment.astimezone(UTC)


# A moment that programs send, in UTC.
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]


class Answered(BaseModel):
    """What programs are answered."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Wrongly(Refused):
    """The request has not the form that the description gives it; `places` says where, and what is wrong there."""

    status = 422
    message = _l("The request does not have the form that the description gives it; “errors” says where.")

    def __init__(self, places: Mapping[str, str]) -> None:
        super().__init__()
        self.places = places


@dataclass(frozen=True)
class Program:
    """Who asks by a token: in which event, and as which actor."""

    event: Event
    actor: Actor


@dataclass(frozen=True)
class Operation:
    """What the description tells of one operation. `key` is who may call it: a program's 'token' or a door's 'device'."""

    key: str
    status: int = 200
    scope: str = ""
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    refuses: tuple[int, ...] = ()


def described(key: str, **values: Any) -> Callable[[Any], Any]:
    """Tell in the description what a view takes and answers, where the view itself sees to it."""

    def declare(view: Any) -> Any:
        view.operation = Operation(key, **values)
        return view

    return declare


def operation(scope: str, *, status: int = 200, refuses: tuple[int, ...] = (), **shapes: Any) -> Callable[[Any], Any]:
    """Make a view an operation for programs: it gets the Program, then what was `asked` and `sent`, and answers a model.

    `shapes` are the models `query`, `body` and `answer`. Whoever has no valid token gets 401, one of another event 404,
    one without the scope 403.
    """

    def declare(view: Callable[..., BaseModel | None]) -> Any:
        told = Operation("token", status=status, scope=scope, refuses=refuses, **shapes)

        @wraps(view)
        def enter(event: str, **address: str) -> Response:
            try:
                return _answer(view(_program(scope), **address, **_read(told)), status)
            except Refused as refusal:
                return refuse(refusal)

        enter.operation = told  # type: ignore[attr-defined]
        return enter

    return declare


def _program(scope: str) -> Program:
    """Raises TokenUnknown, NotFound, ScopeMissing."""
    token = token_by_secret(asked_token(), now())
    if token is None:
        raise TokenUnknown
    if token.event_id != g.event.id:
        raise NotFound
    if scope not in token.scopes:
        raise ScopeMissing(scope=scope)
    program = Program(g.event, Actor("token", token.id, client_address()))
    _note_use(token)
    return program


def _note_use(token: ApiToken) -> None:
    if token.last_used_at is None or token.last_used_at <= now() - USE_NOTED_EVERY:
        note_token_used(token.id)


def _read(told: Operation) -> dict[str, BaseModel]:
    """What was sent, as the operation's models. Raises Malformed, Wrongly."""
    found: dict[str, BaseModel] = {}
    if told.query is not None:
        found["asked"] = read_query(told.query)
    if told.body is not None:
        found["sent"] = read_body(told.body)
    return found


def read_query(model: type[Model]) -> Model:
    """What the address asks for, as a model. Raises Wrongly."""
    try:
        # All of an address is text, so numbers are read from it.
        return model.model_validate(request.args.to_dict(), strict=False)
    except ValidationError as error:
        raise Wrongly(_places(error)) from None


def read_body(model: type[Model]) -> Model:
    """What was sent, as a model. Raises Malformed, Wrongly."""
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        if any(found["type"] == "json_invalid" for found in error.errors(include_context=False)):
            raise Malformed from None
        raise Wrongly(_places(error)) from None


def _places(error: ValidationError) -> dict[str, str]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return {".".join(map(str, one["loc"])): one["msg"] for one in found}


def _answer(answered: BaseModel | None, status: int) -> Response:
    text = "" if answered is None else answered.model_dump_json()
    response = make_response(text, status)
    response.mimetype = "application/json"
    return no_store(response)


def refuse(refusal: Refused) -> Response:
    """Problem+json that names the places that are wrong, where they are known."""
    response = problem(refusal.status, str(refusal), kind=type(refusal).__name__)
    places = refusal.places if isinstance(refusal, Wrongly) else {}
    if refusal.field:
        places = {refusal.field: str(refusal)}
    if places:
        told = [{"field": field, "message": message} for field, message in places.items()]
        response.set_data(json.dumps({**response.get_json(), "errors": told}, ensure_ascii=False))
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
