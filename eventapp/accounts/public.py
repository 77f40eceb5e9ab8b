"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_login import current_user, login_user, logout_user

from eventapp.access import allow
from eventapp.accounts.actions import mail_sign_in_link, sign_in_by_link, sign_in_by_password
from eventapp.accounts.actor import Actor
from eventapp.accounts.errors import LinkUsedUp
from eventapp.accounts.forms import SignInForm, SignInLinkForm
from eventapp.accounts.queries import open_sign_in_link
from eventapp.clock import now
from eventapp.errors import Refused
from eventapp.i18n import current_language
from eventapp.sealing import token_hash
from eventapp.web import client_address, no_store, see_other

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow("public")
def sign_in() -> Response:
    """Sign in with a password, or ask for a link."""
    if request.method == "GET" and current_user.is_authenticated:
        return see_other(url_for("events_manage.desk"))
    form = SignInForm()
    if form.validate_on_submit():
        try:
            user = sign_in_by_password(form.email.data, form.password.data, origin=client_address())
        except Refused as refusal:
            form.form_errors.append(str(refusal))
            return _sign_in_page(form, refusal.status)
        login_user(user)
        return see_other(request.args.get("next") or url_for("events_manage.desk"))
    return _sign_in_page(form, 422 if form.is_submitted() else 200)


@blueprint.post("/sign-in/link")
@allow("public")
def ask_for_link() -> Response:
    """Mail a sign-in link. Answers the same whether or not there is such a user."""
    form = SignInLinkForm()
    if not form.validate_on_submit():
        return _sign_in_page(SignInForm(formdata=None), 422, form)
    mail_sign_in_link(form.email.data, language=current_language(), by=Actor("system", None, client_address()))
    return no_store(make_response(render_template("accounts/link_sent.html", email=form.email.data)))


@blueprint.get("/sign-in/<token>")
@allow("bearer")
def sign_in_link(token: str) -> Response:
    """Show the button; previews and in-app browsers fetch this page before people do."""
    if open_sign_in_link(token_hash(token), now()) is None:
        raise LinkUsedUp
    return no_store(make_response(render_template("accounts/sign_in_link.html", token=token)))


@blueprint.post("/sign-in/<token>")
@allow("bearer")
def use_sign_in_link(token: str) -> Response:
    """Use the link up and sign in."""
    login_user(sign_in_by_link(token, origin=client_address()))
    return see_other(url_for("events_manage.desk"))


@blueprint.post("/sign-out")
@allow("member")
def sign_out() -> Response:
    logout_user()
    return see_other(url_for("events.home"))


def _sign_in_page(form: SignInForm, status: int, link_form: SignInLinkForm | None = None) -> Response:
    link_form = link_form or SignInLinkForm(formdata=None)
    page = make_response(render_template("accounts/sign_in.html", form=form, link_form=link_form), status)
    return no_store(page)
