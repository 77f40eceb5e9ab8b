"""The desk of an event: where it stands, who did what, and who may look."""

from __future__ import annotations

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.roles import ROLES, may
from eventapp.checkin.actions import add_checkpoint
from eventapp.checkin.actions.devices import create_device, pair_device
from eventapp.checkin.actions.record import record_scans
from eventapp.checkin.queries import door_of_device
from eventapp.messaging.actions import enqueue_message
from eventapp.registration.actions import withdraw_registration
from tests.registration.guests import GUEST, make_category, pass_digits, register_guest

DESK = "/manage/delta-2026/"
PAGES = {"": "event:read", "audit": "audit:read", "banner": "event:change"}


@pytest.fixture
def busy(event) -> None:
    """Two confirmed and one of them let in, one waiting, one awaiting approval, one withdrawn."""
    industry = make_category(event, 2)
    vip = make_category(event, 5, code="vip", name_en="VIP", name_zh="贵宾", needs_approval=True)
    first, second, _third = (register_guest(industry, number) for number in range(3))
    register_guest(vip, 3)
    withdraw_registration(first.id, by=GUEST)
    register_guest(industry, 4)
    add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Main gate", name_zh="主入口")
    device, link = create_device(event.id, "Phone at gate 1", by=SYSTEM)
    pair_device(link, by=GUEST)
    scan = {
        "id": "0f0e0d0c-0b0a-4908-8706-050403020100",
        "code": pass_digits(second),
        "checkpoint": "gate",
        "direction": "in",
    }
    record_scans(door_of_device(device.id), [scan])


def numbers(page) -> list[str]:
    return [" ".join("".join(stat.itertext()).split()) for stat in page.tree.xpath("//li[contains(@class, 'stat')]")]


def rows(page) -> list[list[str]]:
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row.xpath("./th | ./td")]
        for row in page.tree.xpath("//tbody/tr")
    ]


def test_the_overview_counts_who_is_confirmed_let_in_and_waits(staff, busy):
    page = staff("owner").get(DESK, status=200)
    assert numbers(page) == ["2 confirmed", "1 let in", "2 waiting or awaiting approval"]
    assert ["Industry", "2", "2"] in rows(page)
    assert ["VIP", "0", "5"] in rows(page)
    assert ["Main gate", "2", "1", "1"] in rows(page)


def test_an_event_without_guests_counts_nothing(staff, event):
    assert numbers(staff("owner").get(DESK, status=200)) == [
        "0 confirmed",
        "0 let in",
        "0 waiting or awaiting approval",
    ]


def test_the_overview_says_what_is_to_be_done_next(staff, busy, event, mailbox, deliver):
    mailbox.refuse("lost@example.org", 550)
    values = {"token_sealed": ""}
    enqueue_message(
        cause="x",
        recipient="lost@example.org",
        language="en",
        template="sign_in_link",
        values=values,
        event_id=event.id,
    )
    page = staff("owner").get(DESK, status=200)
    assert page.links()["Decide on 1 registration"] == f"{DESK}registrations?state=pending"


def test_each_number_leads_where_it_can_be_looked_at_if_one_may(staff, busy):
    owner = staff("owner").get(DESK, status=200)
    assert owner.links()["2 confirmed"] == f"{DESK}registrations?state=confirmed"
    door = staff("door").get(DESK, status=200)
    assert "2 confirmed" not in door.links()
    assert "Decide on 1 registration" not in door.words
    assert door.links()["1 let in"] == f"{DESK}check-in"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_the_pages_it_may(staff, event, role):
    member = staff(role)
    for page, permission in PAGES.items():
        member.get(f"{DESK}{page}", status=200 if may(role, permission) else 403)


def test_strangers_do_not_learn_that_the_event_is_there(sign_in, visitor, user_with_role, new_event, event):
    for stranger in (user_with_role(None), user_with_role("owner", new_event("other-2026"))):
        for page in PAGES:
            sign_in(visitor(), stranger).get(f"{DESK}{page}", status=404)


def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(client, event):
    for page in PAGES:
        assert client.get(f"{DESK}{page}", status=303).location == f"/sign-in?next={DESK}{page}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The announcement is on the site and on every pass now."),
        ("zh", "公告已在活动网站和所有参会码页面上显示。"),
    ],
)
def test_an_announcement_is_put_on_the_site_by_its_form(staff, client, event, language, said):
    member = staff("organiser")
    member.language = language
    answer = member.post_form(f"{DESK}banner", banner_en="  Gate 2   is closed ", banner_zh="2 号门关闭")
    assert said in member.follow(answer).words
    assert "Gate 2 is closed" in client.get(f"/e/{event.slug}/", status=200).words
    member.post_form(f"{DESK}banner", banner_en="", banner_zh="")
    assert "Gate 2" not in client.get(f"/e/{event.slug}/", status=200).words


def test_too_long_an_announcement_is_refused_and_kept_as_typed(staff, event):
    answer = staff("organiser").post_form(f"{DESK}banner", status=422, banner_en="x" * 301)
    assert "Announcement in English: At most 300 characters, please." in answer.errors
    assert answer.tree.xpath("//input[@name='banner_en']/@value") == ["x" * 301]
    assert event.banner_en == ""


def test_the_audit_trail_names_who_did_what(staff, event):
    member, reader = staff("organiser"), staff("owner")
    member.post_form(f"{DESK}banner", banner_en="Gate 2 is closed")
    page = reader.get(f"{DESK}audit", status=200)
    newest = rows(page)[0]
    assert newest[1] == "Organiser 1"
    assert "Gate 2 is closed" in newest[3]


def test_the_audit_trail_shows_no_other_events_deeds(staff, new_event, event):
    other = new_event("other-2026")
    register_guest(make_category(other, code="elsewhere"), 1)
    assert "elsewhere" not in staff("owner").get(f"{DESK}audit", status=200).words


def test_the_desk_lists_only_the_events_one_works_on(staff, new_event, event):
    new_event("other-2026", name_en="Somebody else's", name_zh="别人的")
    words = staff("viewer").get("/manage/", status=200).words
    assert "Yangtze River Delta Summit" in words
    assert "Somebody else's" not in words


def test_who_is_on_no_team_is_told_what_to_do(sign_in, client, user_with_role):
    sign_in(client, user_with_role(None))
    assert "You are on no team yet" in client.get("/manage/", status=200).words
