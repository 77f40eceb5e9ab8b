"""Which rooms there are: their pages, commands, jobs, mail renderers and handlers of announcements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from eventapp import cli, gallery, openapi
from eventapp.accounts import cli as accounts_cli
from eventapp.accounts import mails as accounts_mails
from eventapp.accounts import manage as accounts_manage
from eventapp.accounts import public as accounts_public
from eventapp.accounts.actions import MemberLeaves, record
from eventapp.accounts.actor import SYSTEM
from eventapp.agenda import actions as agenda
from eventapp.agenda import cli as agenda_cli
from eventapp.agenda import jobs as agenda_jobs
from eventapp.agenda import mails as agenda_mails
from eventapp.agenda import manage as agenda_manage
from eventapp.agenda import public as agenda_public
from eventapp.agenda.actions import AgendaReleased, SessionLeaves
from eventapp.agenda.actions import rules as agenda_rules
from eventapp.agenda.actions.undoing import ChangeRedone, ChangeUndone
from eventapp.agenda.queries.clashing import register_seats
from eventapp.audiences import release_of
from eventapp.audiences.affected import recipients_of_notice
from eventapp.checkin import actions as checkin
from eventapp.checkin import api as checkin_api
from eventapp.checkin import cli as checkin_cli
from eventapp.checkin import manage as checkin_manage
from eventapp.checkin import public as checkin_public
from eventapp.db import db, on_announcement
from eventapp.events import manage as events_manage
from eventapp.events import public as events_public
from eventapp.events.actions import EventCopied, EventCreated, EventZoneChanged, HallLeaves
from eventapp.messaging import jobs as messaging_jobs
from eventapp.messaging import mails as messaging_mails
from eventapp.messaging import manage as messaging_manage
from eventapp.messaging.actions import MailingChanged, MessageFailed, MessageRetried
from eventapp.messaging.delivery import register_renderer
from eventapp.messaging.models import Mailing, OutboxMessage
from eventapp.operations import cli as operations_cli
from eventapp.operations import health as operations_health
from eventapp.passes import public as passes_public
from eventapp.passes.actions import create_signing_key
from eventapp.people import actions as people
from eventapp.people import manage as people_manage
from eventapp.people import public as people_public
from eventapp.people.actions import PersonLeaves
from eventapp.registration import actions as registration
from eventapp.registration import api as registration_api
from eventapp.registration import cli as registration_cli
from eventapp.registration import jobs as registration_jobs
from eventapp.registration import mails as registration_mails
from eventapp.registration import manage as registration_manage
from eventapp.registration import public as registration_public
from eventapp.registration.actions import PlaceHandedOver, RegistrationsPurged, SessionBookedNoMore, ZonesGiven
from eventapp.registration.queries.bookings import seats_needed
from eventapp.speakers import actions as speakers
from eventapp.speakers import jobs as speakers_jobs
from eventapp.speakers import mails as speakers_mails
from eventapp.speakers import manage as speakers_manage
from eventapp.speakers import public as speakers_public

PAGES = (
    gallery,
    operations_health,
    accounts_public,
    accounts_manage,
    messaging_manage,
    messaging_manage.mailings,
    events_public,
    events_manage,
    people_public,
    people_manage,
    agenda_public,
    agenda_manage,
    passes_public,
    registration_public,
    registration_manage,
    speakers_public,
    speakers_manage,
    checkin_public,
    checkin_manage,
    checkin_api,
    registration_api,
    openapi,
)
# What rooms do when another thing of their event changes, in this order, in the same transaction.
FOLLOWING: dict[type, tuple[Callable[[Any], object], ...]] = {
    EventZoneChanged: (
        people.keep_wall_times,
        agenda.keep_wall_times,
        agenda_rules.keep_wall_times_of_rules,
        registration.keep_booking_times,
        registration.keep_registration_times,
        registration.keep_wall_time_of_deadline,
        checkin.keep_wall_times,
    ),
    EventCopied: (
        people.copy_people,
        agenda.copy_agenda,
        agenda_rules.copy_rules,
        registration.copy_categories,
        registration.copy_questions,
        registration.copy_bookables,
        registration.copy_privacy,
        checkin.copy_checkpoints,
        checkin.copy_door_rules,
    ),
    AgendaReleased: (lambda fact: agenda.prepare_notice(fact, recipients_of_notice),),
    MessageFailed: (registration.note_undelivered,),
    ZonesGiven: (lambda fact: checkin.grant_zones(fact.registration_id, fact.checkpoint_ids, by=fact.by),),
    RegistrationsPurged: (checkin.forget_people, speakers.forget_withdrawals),
    HallLeaves: (agenda.keep_hall_in_use,),
    SessionLeaves: (registration.keep_booked_session,),
    SessionBookedNoMore: (checkin.open_session_doors,),
    PlaceHandedOver: (checkin.keep_guest_who_came,),
    PersonLeaves: (agenda.keep_person_who_appears,),
    MemberLeaves: (agenda.forget_limits,),
    ChangeUndone: (speakers.come_after_all,),
    ChangeRedone: (speakers.withdraw_again,),
}


def register_rooms(app: Flask) -> None:
    """Wire every room into the application."""
    for pages in PAGES:
        app.register_blueprint(pages.blueprint)
    for commands in (cli, operations_cli, accounts_cli, agenda_cli, registration_cli, checkin_cli):
        commands.register_commands(app)
    register_seats(app, seats_needed)
    messaging_jobs.register_jobs(app.extensions["jobs"], release_of)
    agenda_jobs.register_jobs(app.extensions["jobs"], recipients_of_notice)
    registration_jobs.register_jobs(app.extensions["jobs"])
    speakers_jobs.register_jobs(app.extensions["jobs"])
    register_renderer(app, "sign_in_link", accounts_mails.render_sign_in_link)
    for template in registration_mails.OWN_TEMPLATES:
        register_renderer(app, template, registration_mails.render_own_mail)
    for template in registration_mails.ERASED_TEMPLATES:
        register_renderer(app, template, registration_mails.render_erased_mail)
    for template in registration_mails.TEMPLATES:
        register_renderer(app, template, registration_mails.render_registration_mail)
    for template in registration_mails.BOOKING_TEMPLATES:
        register_renderer(app, template, registration_mails.render_booking_mail)
    for template in registration_mails.INVITATION_MAILS:
        register_renderer(app, template, registration_mails.render_invitation_mail)
    for template in registration_mails.PARTY_TEMPLATES:
        register_renderer(app, template, registration_mails.render_party_mail)
    for template in speakers_mails.TEMPLATES:
        register_renderer(app, template, speakers_mails.render_speaker_mail)
    for template in agenda_mails.TEMPLATES:
        register_renderer(app, template, agenda_mails.render_agenda_news)
    for template in messaging_mails.TEMPLATES:
        register_renderer(app, template, messaging_mails.render_mailing)
    on_announcement(app, MessageRetried, _record_retry)
    on_announcement(app, MailingChanged, _record_mailing)
    for fact, handlers in FOLLOWING.items():
        for handler in handlers:
            on_announcement(app, fact, handler)
    on_announcement(app, EventCreated, lambda fact: create_signing_key(fact.event_id, by=fact.by))


def _record_retry(fact: MessageRetried) -> None:
    """Messaging is below accounts, so it announces and the audit row is written here."""
    message = db.session.get_one(OutboxMessage, fact.message_id)
    record("retry_message", message, by=fact.by, event_id=fact.event_id)


def _record_mailing(fact: MailingChanged) -> None:
    mailing, by = db.session.get_one(Mailing, fact.mailing_id), fact.by or SYSTEM
    record(fact.action, mailing, by=by, event_id=fact.event_id, before=fact.before, after=fact.after)
