"""Forms of an event's desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from eventapp.forms import PageForm
from eventapp.text import tidy


class BannerForm(PageForm):
    banner_en = StringField(_l("Announcement in English"), filters=[tidy], validators=[Length(max=300)])
    banner_zh = StringField(
        _l("Announcement in Chinese"), filters=[tidy], validators=[Length(max=300)], render_kw={"lang": "zh-CN"}
    )
