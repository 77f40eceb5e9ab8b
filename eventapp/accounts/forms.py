"""Forms of signing in."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, SelectField, SelectMultipleField
from wtforms.validators import Email, InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.accounts.roles import ROLE_LABELS, SCOPES
from eventapp.clock import now
from eventapp.forms import DeskForm, Groups, PageForm, WallTimeField, at_most, choices, line
from eventapp.text import tidy


class SignInForm(PageForm):
    email = EmailField(
        _l("E-mail"),
        validators=[InputRequired(_l("Enter your e-mail address.")), at_most(320)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), at_most(200)],
        render_kw={"autocomplete": "current-password"},
    )


class SignInLinkForm(PageForm):
    email = EmailField(
        _l("E-mail"),
        id="link-email",
        validators=[InputRequired(_l("Enter your e-mail address.")), at_most(320)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )


class RoleForm(DeskForm):
    """A role in the team."""

    groups: ClassVar[Groups] = ((None, (("role",),)),)

    role = SelectField(_l("Role"), choices=choices(ROLE_LABELS), default="organiser")


class MemberForm(RoleForm):
    """Somebody new in the team."""

    groups: ClassVar[Groups] = ((None, (("email",), ("role",))),)

    email = EmailField(
        _l("E-mail"),
        filters=[tidy],
        validators=[
            InputRequired(_l("Enter an e-mail address.")),
            at_most(320),
            Email(_l("This is not a complete e-mail address.")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )


class TokenForm(DeskForm):
    """A key for a program: what it is for, what it may do, and how long."""

    groups: ClassVar[Groups] = ((None, (("name",), ("scopes",), ("expires_at",))),)

    name = line(_l("What it is for"), 100, description=_l("Such as: numbers on the lobby screen."))
    scopes = SelectMultipleField(
        _l("What the program may do"),
        choices=choices(SCOPES),
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
    expires_at = WallTimeField(_l("Works until"), description=_l("Empty: until somebody revokes it."))

    def validate_name(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Say what it is for, so that others know whether it is still needed."))

    def validate(self, extra_validators: Any = None) -> bool:
        holds = super().validate(extra_validators)
        moment = self.expires_at.moment
        if moment is not None and moment <= now():
            self.expires_at.errors = [*(self.expires_at.errors or ()), _("This moment has passed already.")]
            return False
        return holds
