"""Messages as organisers see them, and development's mail reader."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import mail_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.messaging.actions import enqueue_message
from eventapp.messaging.delivery import Attachment, RenderedMail, register_renderer
from eventapp.messaging.models import OutboxMessage
from eventapp.messaging.words import STATE_LABELS, TEMPLATE_LABELS

GUEST = "li.lei@example.org"


@pytest.fixture
def letter(app, event) -> OutboxMessage:
    """A mail of the event, in the place of a confirmation."""
    register_renderer(app, "registration_confirmed", _render_letter)
    enqueue_message(
        cause="registered:1",
        recipient=GUEST,
        language="zh",
        template="registration_confirmed",
        values={},
        event_id=event.id,
    )
    return db.session.scalars(select(OutboxMessage)).one()


def _render_letter(_message: OutboxMessage) -> RenderedMail:
    html = '<html><head><title>x</title></head><body style="margin:0"><img src="cid:pass-code" alt=""><p>苏州见</p></body></html>'
    picture = Attachment("pass.png", "image/png", b"\x89PNG", content_id="pass-code")
    return RenderedMail("您的参会码", "打开 https://example.org/r/1 即可", html, [picture])


def test_every_kind_of_mail_and_every_state_has_a_name(app):
    assert set(TEMPLATE_LABELS) == set(app.extensions["mail_renderers"])
    assert set(STATE_LABELS) == {"queued", "sending", "sent", "failed"}


def test_an_event_without_mail_says_so(staff, event):
    page = staff("registrar").get(f"/manage/{event.slug}/messages", status=200)
    assert "No messages yet" in page.words


def test_the_page_shows_whom_what_state_and_error(staff, event, letter, mailbox, deliver):
    mailbox.refuse(GUEST, 550)
    deliver()
    page = staff("registrar").get(f"/manage/{event.slug}/messages", status=200)
    row = [" ".join("".join(cell.itertext()).split()) for cell in page.tree.xpath("//tbody/tr[1]/td")]
    assert row[:3] == [GUEST, "Place confirmed, with pass 中文", "Not delivered 550 no such mailbox here"]
    assert "Could not be delivered: 1" in page.words


def test_a_failed_message_is_sent_again_by_its_button(staff, event, letter, mailbox, deliver):
    mailbox.refuse(GUEST, 550)
    deliver()
    mailbox.accept(GUEST)
    registrar = staff("registrar")
    answer = registrar.press(registrar.get(f"/manage/{event.slug}/messages", status=200), "Try again")
    assert "The message will be sent again in a moment." in registrar.follow(answer).words
    deliver()
    assert len(mailbox.to(GUEST)) == 1


def test_who_only_reads_gets_no_button_and_is_refused(staff, event, letter, mailbox, deliver):
    mailbox.refuse(GUEST, 550)
    deliver()
    viewer = staff("viewer")
    page = viewer.get(f"/manage/{event.slug}/messages", status=200)
    assert page.tree.xpath("//form[contains(@action, '/retry')]") == []
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    viewer.post(f"/manage/{event.slug}/messages/{letter.public_id}/retry", data={"csrf_token": token}, status=403)


def test_the_list_can_show_one_state_only(staff, event, letter):
    registrar = staff("registrar")
    assert GUEST in registrar.get(f"/manage/{event.slug}/messages?state=queued", status=200).words
    assert (
        "No message is in this state" in registrar.get(f"/manage/{event.slug}/messages?state=failed", status=200).words
    )
    assert GUEST in registrar.get(f"/manage/{event.slug}/messages?state=nonsense", status=200).words


def test_another_events_message_cannot_be_tried_again_from_here(staff, new_event, letter, mailbox, deliver):
    mailbox.refuse(GUEST, 550)
    deliver()
    other = new_event(slug="other-2026")
    stranger = staff("owner", other)
    page = stranger.get(f"/manage/{other.slug}/messages", status=200)
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    stranger.post(f"/manage/{other.slug}/messages/{letter.public_id}/retry", data={"csrf_token": token}, status=404)
    db.session.refresh(letter)
    assert letter.state == "failed"


def test_the_mail_reader_is_there_in_development_only(client, letter):
    for path in ("/dev/mail", f"/dev/mail/{letter.public_id}", f"/dev/mail/{letter.public_id}/body"):
        client.get(path, status=404)


@pytest.mark.settings(app_env="development")
def test_the_mail_reader_lists_and_shows_mail(client, letter):
    listed = client.get("/dev/mail", status=200)
    assert listed.links()["Place confirmed, with pass"] == f"/dev/mail/{letter.public_id}"
    shown = client.get(f"/dev/mail/{letter.public_id}", status=200)
    assert shown.heading == "您的参会码"
    assert shown.tree.xpath("//iframe/@src") == [f"/dev/mail/{letter.public_id}/body"]
    assert "https://example.org/r/1" in shown.links().values()


@pytest.mark.settings(app_env="development")
def test_the_mails_own_page_may_show_styles_and_nothing_else(client, letter):
    body = client.get(f"/dev/mail/{letter.public_id}/body", status=200)
    assert 'src="data:image/png;base64,iVBORw=="' in body.get_data(as_text=True)
    policy = body.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert "script-src" not in policy
    assert "sandbox allow-popups" in policy


@pytest.mark.settings(app_env="development")
def test_an_empty_mail_reader_says_what_to_do(client):
    assert "No mail yet" in client.get("/dev/mail", status=200).words
    client.get("/dev/mail/0123456789abcdef", status=404)


@pytest.mark.settings(app_env="development")
def test_a_sign_in_link_can_be_read_where_no_mail_server_is(client, organiser):
    mail_sign_in_link(organiser.email, language="en", by=SYSTEM)
    shown = client.get(client.get("/dev/mail").links()["Sign-in link"], status=200)
    link = next(address for address in shown.links().values() if "/sign-in/" in address)
    client.post_form(link.removeprefix("http://127.0.0.1:8000"))
    client.get("/manage/", status=200)
