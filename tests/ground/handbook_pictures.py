"""`python -m tests.ground.handbook_pictures`: the pictures in docs/pictures/ that the organiser's handbook shows.

The pages are those of the sample, with three invited speakers and a phone that waits to be paired.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from config import ROOT
from tests.ground.browsers import launch_browser
from tests.ground.screenshots import _serve, _sign_in
from tests.ground.servers import LiveServer

OUT = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1100, 760
# Screens have few colours; so few of them make a picture a fifth as heavy.
COLOURS = 64

# Run beside the server, over its database: prints the session of the first talk.
INVITE = """
from sqlalchemy import select
from eventapp import create_app
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.agenda.actions import add_part
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.people.actions import add_person
from eventapp.registration.queries import current_notice
from eventapp.speakers.actions import answer_part, invite_speaker, write_profile
from eventapp.speakers.queries import parts_of_person

with create_app().test_request_context():
    summit = db.session.scalars(select(Event).where(Event.slug == "delta-summit")).one()
    of_it = select(Part).join(AgendaItem).join(AgendaSession).where(
        AgendaSession.event_id == summit.id, Part.person_id.is_not(None)
    ).order_by(AgendaSession.starts_at, Part.id)
    parts = [(part.id, part.public_id, part.person_id, part.role) for part in db.session.scalars(of_it)]
    talk = next(part for part in parts if part[3] == "speaker")
    print(db.session.get(Part, talk[0]).item.session.public_id)
    # Invented people: real ones appear in the sample only as was reported.
    names = (("Lin", "Mei", "林", "梅"), ("Ouyang", "Lan", "欧阳", "岚"))
    keys = ("family_en", "given_en", "family_zh", "given_zh")
    others = [add_person(by=SYSTEM, **dict(zip(keys, name))).id for name in names]
    item = db.session.get(Part, talk[0]).item_id
    for person in others:
        add_part(item, by=SYSTEM, role="panellist", person_id=person)
    people = [talk[2], *others]
    for number, person in enumerate(people):
        letter = {"email": f"speaker{number + 1}@example.org", "language": "en"}
        invitation = invite_speaker(summit.id, person, by=SYSTEM, **letter)
        by = Actor("speaker", invitation.id)
        if number == 1:
            part = next(planned.part for planned in parts_of_person(summit, person))
            answer_part(invitation.id, part.public_id, "accepted", by=by, notice_id=current_notice(summit.id).id)
        if number == 0:
            write_profile(invitation.id, by=by, biography_en="An example of what a speaker writes.")
"""


def main() -> int:
    """Make the pictures again."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = _serve(Path(folder))
        try:
            session = _ask(site)
            browser = launch_browser(playwright)
            context = browser.new_context(
                base_url=site.url,
                viewport={"width": WIDTH, "height": HEIGHT},
                storage_state=_sign_in(site, browser),  # type: ignore[arg-type]
                locale="en-GB",
            )
            _photograph(context.new_page(), session)
        finally:
            site.stop()
    return 0


def _ask(site: LiveServer) -> str:
    command = [sys.executable, "-c", INVITE]
    done = subprocess.run(command, cwd=ROOT, env=site.environment, check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def _photograph(page: Page, session: str) -> None:
    desk = "/manage/delta-summit"
    page.goto(f"{desk}/")
    _keep(page, "overview")
    page.goto(f"{desk}/agenda/{session}")
    page.locator("#items").evaluate("heading => heading.scrollIntoView()")
    _keep(page, "session")
    page.goto(f"{desk}/agenda")
    page.locator(".board .board-card", has_text="Opening").click()
    page.locator(".board").evaluate("board => board.scrollIntoView({block: 'end'})")
    _keep(page, "board")
    page.goto(f"{desk}/speakers")
    _keep(page, "speakers")
    page.goto(f"{desk}/check-in/devices/new")
    page.fill("#name", "Phone at the gate")
    page.get_by_role("button", name="Make a pairing link").click()
    page.get_by_label("Pairing link").wait_for()
    _keep(page, "pairing", whole=True)


def _keep(page: Page, name: str, *, whole: bool = False) -> None:
    picture = Image.open(BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    # A tall page is shown smaller, so that it is no taller than the others.
    picture.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
