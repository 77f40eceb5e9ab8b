"""Which rooms there are: their pages, commands, jobs, mail renderers and handlers of announcements."""

from __future__ import annotations

from flask import Flask

from eventapp import cli, operations
from eventapp.accounts import cli as accounts_cli
from eventapp.accounts import mails as accounts_mails
from eventapp.accounts import public as accounts_public
from eventapp.accounts.actions import record
from eventapp.agenda import manage as agenda_manage
from eventapp.agenda import public as agenda_public
from eventapp.checkin import api as checkin_api
from eventapp.checkin import cli as checkin_cli
from eventapp.checkin import manage as checkin_manage
from eventapp.checkin import public as checkin_public
from eventapp.db import db, on_announcement
from eventapp.events import manage as events_manage
from eventapp.events import public as events_public
from eventapp.events.actions import EventCreated
from eventapp.messaging import jobs as messaging_jobs
from eventapp.messaging import manage as messaging_manage
from eventapp.messaging.actions import MessageRetried
from eventapp.messaging.delivery import register_renderer
from eventapp.messaging.models import OutboxMessage
from eventapp.passes import public as passes_public
from eventapp.passes.actions import create_signing_key
from eventapp.people import public as people_public
from eventapp.registration import mails as registration_mails
from eventapp.registration import manage as registration_manage
from eventapp.registration import public as registration_public

PAGES = (
    operations,
    accounts_public,
    messaging_manage,
    events_public,
    events_manage,
    people_public,
    agenda_public,
    agenda_manage,
    passes_public,
    registration_public,
    registration_manage,
    checkin_public,
    checkin_manage,
    checkin_api,
)


def register_rooms(app: Flask) -> None:
    """Wire every room into the application."""
    for pages in PAGES:
        app.register_blueprint(pages.blueprint)
    for commands in (cli, accounts_cli, checkin_cli):
        commands.register_commands(app)
    messaging_jobs.register_jobs(app.extensions["jobs"])
    register_renderer(app, "sign_in_link", accounts_mails.render_sign_in_link)
    for template in registration_mails.TEMPLATES:
        register_renderer(app, template, registration_mails.render_registration_mail)
    on_announcement(app, MessageRetried, _record_retry)
    on_announcement(app, EventCreated, lambda fact: create_signing_key(fact.event_id, by=fact.by))


def _record_retry(fact: MessageRetried) -> None:
    """Messaging is below accounts, so it announces and the audit row is written here."""
    message = db.session.get_one(OutboxMessage, fact.message_id)
    record("retry_message", message, by=fact.by, event_id=fact.event_id)
