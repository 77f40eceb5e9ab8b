"""Every clash of an agenda, by walks in order of time: a rule looks only at sessions that lie near each other. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import NamedTuple

from eventapp.agenda.clashes.alone import ALONE
from eventapp.agenda.clashes.shapes import ALWAYS, OF_PREPARATION, RULES, Absence, Block, Clash, Terms

PLAIN = Terms()
# A clash of these rules is worse when it lasts longer; of the others, when more is lacking.
BY_TIME = frozenset({"hall", "person", "hall_away", "person_away", "track"})
_PLACES = {rule: place for place, rule in enumerate((ALWAYS, *RULES))}


class Span(NamedTuple):
    """A block's time, or the time of somebody in it."""

    start: datetime
    end: datetime
    block: Block


NOTHING = timedelta()
MOST_CLASHES = 20_000


def find_clashes(blocks: Iterable[Block], terms: Terms = PLAIN) -> list[Clash]:
    """Every clash among the sessions of an event, the earliest first; rules that the event ignores are passed over.

    One session that ends as another starts is no clash. Of more than MOST_CLASHES nobody reads all: the search stops there.
    """
    blocks = list(blocks)
    sound = sorted((block for block in blocks if block.start < block.end), key=lambda one: (one.start, one.session_id))
    backwards = (Clash(ALWAYS, one.session_id, one.start, one.end) for one in blocks if one.start >= one.end)
    alone = (find(block, terms) for rule, find in ALONE.items() if _asked(terms, rule) for block in sound)
    together = (find(sound, terms) for rules, find in TOGETHER if _asked(terms, *rules))
    found = chain(backwards, *alone, *together)
    asked = (clash for clash in found if terms.level(clash.rule) != "ignore")
    return sorted(islice(asked, MOST_CLASHES), key=_order)


def made_worse(before: Iterable[Clash], after: Iterable[Clash]) -> list[Clash]:
    """The clashes that a change made or made worse; those that were there already are not its fault.

    What is only still to be done is nobody's fault.
    """
    known = {clash.key: clash for clash in before}
    asked = (clash for clash in after if clash.rule not in OF_PREPARATION)
    return [clash for clash in asked if not _covers(known.get(clash.key), clash)]


def _asked(terms: Terms, *rules: str) -> bool:
    return any(terms.level(rule) != "ignore" for rule in rules)


def _in_halls(blocks: Sequence[Block], terms: Terms) -> Iterator[Clash]:
    """Halls that are taken twice, or taken again before they are ready."""
    for hall_id, taken in _grouped(blocks, lambda block: block.hall_id).items():
        hall = terms.hall(hall_id)
        if hall.parallel_ok:
            continue
        for one, other in _near(taken, timedelta(minutes=hall.turnaround)):
            first, second = one.block.session_id, other.block.session_id
            if other.start < one.end:
                yield Clash("hall", first, other.start, min(one.end, other.end), second, hall_id)
            else:
                has = _minutes(other.start - one.end)
                yield Clash("turnaround", first, one.end, other.start, second, hall_id, hall.turnaround, has)


def _of_tracks(blocks: Sequence[Block], _terms: Terms) -> Iterator[Clash]:
    for track_id, running in _grouped(blocks, lambda block: block.track_id).items():
        for one, other in _near(running, NOTHING):
            pair = one.block.session_id, other.block.session_id
            yield Clash("track", pair[0], other.start, min(one.end, other.end), pair[1], track_id)


def _of_people(blocks: Sequence[Block], terms: Terms) -> Iterator[Clash]:
    """People who are needed in two sessions at once, or have not the time to walk from one to the other."""
    places = {block.session_id: place for place, block in enumerate(blocks)}
    spans: dict[int, list[Span]] = defaultdict(list)
    for block in blocks:
        for presence in sorted(block.presences, key=lambda presence: presence.start):
            known = spans[presence.person_id]
            # What follows at once in the same session is one time; a panel of twenty items is not twenty times.
            if known and known[-1].block is block and presence.start <= known[-1].end:
                known[-1] = Span(known[-1].start, max(known[-1].end, presence.end), block)
            else:
                known.append(Span(presence.start, presence.end, block))
    for person_id, needed in spans.items():
        if len(needed) > 1:
            yield from _of_person(person_id, needed, places, terms)


def _of_person(person_id: int, needed: list[Span], places: dict[int, int], terms: Terms) -> Iterator[Clash]:
    pairs: dict[tuple[int, int], list[tuple[Span, Span]]] = defaultdict(list)
    for one, other in _near(needed, terms.longest_walk):
        ids = one.block.session_id, other.block.session_id
        if ids[0] != ids[1]:
            first, second = sorted(ids, key=places.__getitem__)
            pairs[first, second].append((one, other))
    for (first, second), together in pairs.items():
        shared = [(other.start, min(one.end, other.end)) for one, other in together if other.start < one.end]
        if shared:
            yield Clash("person", first, min(shared)[0], max(end for _start, end in shared), second, person_id)
            continue
        one, other = min(together, key=lambda pair: (pair[1].start - pair[0].end, pair[1].start))
        walk = terms.walk(one.block.hall_id, other.block.hall_id)
        if other.start - one.end < walk:
            has = _minutes(other.start - one.end)
            yield Clash("walk", first, one.end, other.start, second, person_id, _minutes(walk), has)


def _away_halls(blocks: Sequence[Block], terms: Terms) -> Iterator[Clash]:
    taken = _grouped(blocks, lambda block: block.hall_id)
    for absence in terms.absences:
        for block in (span.block for span in taken.get(absence.hall_id, ())):
            yield from _away("hall_away", absence, block, [(block.start, block.end)])


def _away_people(blocks: Sequence[Block], terms: Terms) -> Iterator[Clash]:
    spans: dict[int | None, dict[int, list[tuple[datetime, datetime]]]] = defaultdict(lambda: defaultdict(list))
    for place, block in enumerate(blocks):
        for presence in block.presences:
            spans[presence.person_id][place].append((presence.start, presence.end))
    for absence in terms.absences:
        for place, times in spans.get(absence.person_id, {}).items():
            yield from _away("person_away", absence, blocks[place], times)


def _away(rule: str, absence: Absence, block: Block, spans: Iterable[tuple[datetime, datetime]]) -> Iterator[Clash]:
    missed = [(max(start, absence.start), min(end, absence.end)) for start, end in spans]
    missed = [(start, end) for start, end in missed if start < end]
    if missed:
        start, end = min(missed)[0], max(end for _start, end in missed)
        yield Clash(rule, block.session_id, start, end, subject=absence.id)


Finder = Callable[[Sequence[Block], Terms], Iterator[Clash]]
TOGETHER: tuple[tuple[tuple[str, ...], Finder], ...] = (
    (("hall", "turnaround"), _in_halls),
    (("track",), _of_tracks),
    (("person", "walk"), _of_people),
    (("hall_away",), _away_halls),
    (("person_away",), _away_people),
)


def _grouped(blocks: Iterable[Block], key: Callable[[Block], int | None]) -> dict[int | None, list[Span]]:
    found: dict[int | None, list[Span]] = defaultdict(list)
    for block in blocks:
        if (of := key(block)) is not None:
            found[of].append(Span(block.start, block.end, block))
    return found


def _near(spans: Iterable[Span], distance: timedelta) -> Iterator[tuple[Span, Span]]:
    """Every pair of which the later one starts before `distance` is over after the earlier one's end."""
    running: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        running = [earlier for earlier in running if earlier.end + distance > span.start]
        yield from ((earlier, span) for earlier in running)
        running.append(span)


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)


def _order(clash: Clash) -> tuple[object, ...]:
    return clash.start, clash.first, _PLACES[clash.rule], clash.second or 0, clash.subject or 0, str(clash.details)


def _covers(known: Clash | None, clash: Clash) -> bool:
    if known is None:
        return False
    if clash.rule in BY_TIME:
        return known.start <= clash.start and clash.end <= known.end
    return known.needs - known.has >= clash.needs - clash.has
