"""Forms of signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):
    email = EmailField(
        _l("E-mail"),
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=320)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class SignInLinkForm(FlaskForm):
    email = EmailField(
        _l("E-mail"),
        id="link-email",
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=320)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
