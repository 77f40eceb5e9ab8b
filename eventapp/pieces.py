"""The smallest pieces of pages: a text in two languages, a moment, a span of time.

An agenda holds thousands of them, and a macro of the template language takes ten times as long as a function.
`components/text.html` gives them to templates beside its macros.
"""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from markupsafe import Markup, escape

from eventapp.i18n import Bilingual, current_language, format_clock, format_day, html_lang


def bilingual_html(text: Bilingual, other: bool = True) -> Markup:
    """The reader's language large, the other small. `other=False` shows one language only."""
    wanted = current_language()
    language, second = text.language(wanted), text.other(wanted) if other else ""
    mark = f' lang="{html_lang(language)}"' if language != wanted else ""
    here = f'<span class="bilingual-here"{mark}>{escape(text.here(wanted))}</span>'
    if second:
        there = html_lang("en" if wanted == "zh" else "zh")
        here += f' <span class="bilingual-other" lang="{there}">{escape(second)}</span>'
    return Markup(f'<span class="bilingual">{here}</span>')


def clock_time(moment: datetime, zone: str) -> Markup:
    """One moment as the wall clock of `zone` shows it."""
    return Markup(f'<time class="time" datetime="{moment.isoformat()}">{format_clock(moment, zone)}</time>')


def time_range(start: datetime, end: datetime, zone: str, day: bool = False) -> Markup:
    """09:00–10:30; with `day` the date stands before it; a range over midnight always names both days."""
    first, last = format_day(start, zone), format_day(end, zone)
    over_midnight = first != last
    before = _day(first) if day or over_midnight else ""
    between = _day(last) if over_midnight else ""
    return Markup(
        f'<span class="time-range">{before}{clock_time(start, zone)}<span class="time-dash">–</span>'
        f"{between}{clock_time(end, zone)}</span>"
    )


def _day(words: str) -> str:
    return f'<span class="time-day">{words}</span> '


def init_pieces(app: Flask) -> None:
    app.jinja_env.globals.update(bilingual_html=bilingual_html, clock_time_html=clock_time, time_range_html=time_range)
