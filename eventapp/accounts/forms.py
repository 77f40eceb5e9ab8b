"""Forms of signing in."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, SelectField
from wtforms.validators import Email, InputRequired

from eventapp.accounts.roles import ROLE_LABELS
from eventapp.forms import DeskForm, Groups, PageForm, at_most, choices
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
