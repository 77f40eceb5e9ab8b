"""The gallery: every shared piece of a page with telling values, in development only."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from flask import Blueprint, Response, make_response, render_template
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from eventapp.access import allow
from eventapp.clock import now
from eventapp.errors import NotFound
from eventapp.events.lattice import PATTERNS, lattice_svg
from eventapp.i18n import Bilingual

blueprint = Blueprint("gallery", __name__)

ZONE = "Asia/Shanghai"
STATES = ("confirmed", "waiting", "pending", "offered", "declined", "withdrawn", "cancelled")
COLOURS = ("#176b70", "#8a3b2a", "#2f5d8a", "#8a6d1f")
NAMES = (
    Bilingual("Lan Chen", "陈岚"),
    Bilingual("Y", "岳"),
    Bilingual("", "欧阳静怡"),
    Bilingual("Maria-Magdalena O’Sullivan", ""),
)
LONG = Bilingual("Intelligent solutions for traditional energy management, all", "长三角产学研峰会" * 7 + "暨联盟成立")


class GalleryForm(FlaskForm):
    """One field of each kind."""

    line = StringField(_l("Name"), validators=[InputRequired()], description=_l("As printed on the badge"))
    wrong = StringField(_l("E-mail"))
    lines = TextAreaField(_l("Reason"))
    choice = SelectField(_l("Category"), choices=[SelectChoice("one", "Industry"), SelectChoice("two", "Media")])
    several = RadioField(_l("Write to me in"), choices=[SelectChoice("en", "English"), SelectChoice("zh", "中文")])
    tick = BooleanField(_l("I agree"))


@blueprint.get("/manage/gallery")
@allow("development")
def gallery() -> str:
    """All of them on one page, short and long."""
    form = GalleryForm(meta={"csrf": False})
    form.wrong.errors = [str(_l("This is not a complete e-mail address. It looks like name@example.com."))]
    at = now()
    return render_template(
        "gallery/gallery.html",
        form=form,
        text=Bilingual("Launch of the alliance", "联盟启动仪式"),
        long=LONG,
        at=at,
        later=at + timedelta(minutes=90),
        zone=ZONE,
        states=STATES,
        people=[_person(name) for name in NAMES],
        places=[SimpleNamespace(name=LONG if colour == COLOURS[-1] else Bilingual("Main Hall", "主会场"), colour=colour) for colour in COLOURS],
        groups=[(Bilingual("Host", "主办单位"), [SimpleNamespace(name=Bilingual("Lake University", "湖畔大学"), website="")] * 3), (LONG, [SimpleNamespace(name=LONG, website="")])],
        page=SimpleNamespace(page=3, pages=9, has_prev=True, prev_num=2, has_next=True, next_num=4),
        patterns=PATTERNS,
    )  # fmt: skip


@blueprint.get("/manage/gallery/<pattern>.svg")
@allow("development")
def window(pattern: str) -> Response:
    """A garden window of this pattern."""
    if pattern not in PATTERNS:
        raise NotFound
    response = make_response(lattice_svg("gallery", COLOURS[PATTERNS.index(pattern) % len(COLOURS)], pattern))
    response.mimetype = "image/svg+xml"
    return response


def _person(name: Bilingual) -> SimpleNamespace:
    return SimpleNamespace(
        name=name,
        shown_name=name,
        portrait="",
        position=Bilingual("Dean of Studies", "教务长"),
        organisation=LONG if not name.zh else Bilingual("Lake University", "湖畔大学"),
    )
