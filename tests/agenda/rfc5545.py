"""A strict reader of calendar files by the letter of RFC 5545, which shares nothing with what writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LONGEST_LINE = 75
LINE = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<parameters>(;[A-Za-z0-9-]+=("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))*):(?P<value>.*)\Z'
)
CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
MOMENT = re.compile(r"(\d{8})T(\d{6})(Z?)\Z")
OFFSET = re.compile(r"([+-])(\d{2})(\d{2})\Z")
ONCE = (
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "SEQUENCE",
    "STATUS",
    "LOCATION",
    "DESCRIPTION",
    "URL",
    "LAST-MODIFIED",
)
NEEDED = {"VCALENDAR": ("PRODID", "VERSION"), "VEVENT": ("UID", "DTSTAMP", "DTSTART"), "VTIMEZONE": ("TZID",)}


@dataclass
class Property:
    """One line, unfolded."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """A value of type TEXT; whatever is escaped in another way than the standard's is an error."""
        parts = re.findall(r"\\[\\;,nN]|[^\\;,]", self.value)
        assert "".join(parts) == self.value, f"{self.name} is not escaped rightly: {self.value!r}"
        return "".join({"\\n": "\n", "\\N": "\n"}.get(part, part[-1]) if part[0] == "\\" else part for part in parts)


@dataclass
class Component:
    """BEGIN to END."""

    kind: str
    properties: list[Property] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def one(self, name: str) -> Property:
        [found] = self.all(name)
        return found


@dataclass(frozen=True)
class Entry:
    """A VEVENT with its times in UTC, found by the rules of the zone that the file itself brings."""

    uid: str
    sequence: int
    summary: str
    description: str
    location: str
    status: str
    starts_at: datetime
    ends_at: datetime


def read_calendar(data: bytes) -> list[Entry]:
    """The entries of a calendar file. Raises AssertionError wherever it is not as the standard says."""
    root = _tree(list(_lines(data)))
    assert (root.kind, root.one("VERSION").value) == ("VCALENDAR", "2.0")
    zones = {zone.one("TZID").value: zone for zone in root.components if zone.kind == "VTIMEZONE"}
    events = [component for component in root.components if component.kind == "VEVENT"]
    entries = [_entry(event, zones) for event in events]
    assert len({entry.uid for entry in entries}) == len(entries), "a UID comes twice"
    return entries


def _lines(data: bytes) -> Iterator[Property]:
    assert data.endswith(b"\r\n"), "the last line does not end"
    assert b"\n" not in data.replace(b"\r\n", b""), "a line ends with a line feed alone"
    for line in data.split(b"\r\n"):
        assert len(line) <= LONGEST_LINE, f"a line is longer than 75 octets: {line!r}"
        line.decode("utf-8")  # Folding must not cut a character.
    for line in data.decode("utf-8").replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]:
        found = LINE.match(line)
        assert found, f"this is no content line: {line!r}"
        assert not CONTROL.search(found["value"]), f"there is a control character in {line!r}"
        pairs = [part.split("=", 1) for part in re.findall(r';([^;:"]+=(?:"[^"]*"|[^;:,"]*))', found["parameters"])]
        yield Property(found["name"].upper(), {name.upper(): value.strip('"') for name, value in pairs}, found["value"])


def _tree(lines: list[Property]) -> Component:
    roots: list[Component] = []
    opened: list[Component] = []
    for line in lines:
        if line.name == "BEGIN":
            component = Component(line.value)
            (opened[-1].components if opened else roots).append(component)
            opened.append(component)
        elif line.name == "END":
            closed = opened.pop()
            assert closed.kind == line.value
            for name in NEEDED.get(closed.kind, ()):
                assert len(closed.all(name)) == 1, f"{closed.kind} needs one {name}"
        else:
            opened[-1].properties.append(line)
    assert not opened
    [root] = roots
    return root


def _entry(event: Component, zones: dict[str, Component]) -> Entry:
    assert [name for name in ONCE if len(event.all(name)) > 1] == []
    assert MOMENT.match(event.one("DTSTAMP").value), "DTSTAMP is no moment"
    assert event.one("DTSTAMP").value.endswith("Z"), "DTSTAMP is not in UTC"
    texts = {name: event.one(name).text if event.all(name) else "" for name in ("SUMMARY", "DESCRIPTION", "LOCATION")}
    status = event.one("STATUS").value
    assert status in ("CONFIRMED", "CANCELLED", "TENTATIVE")
    starts_at, ends_at = (_moment(event.one(name), zones) for name in ("DTSTART", "DTEND"))
    assert starts_at < ends_at
    return Entry(
        event.one("UID").text, int(event.one("SEQUENCE").value), texts["SUMMARY"], texts["DESCRIPTION"],
        texts["LOCATION"], status, starts_at, ends_at,
    )  # fmt: skip


def _moment(line: Property, zones: dict[str, Component]) -> datetime:
    wall, in_utc = _wall(line.value)
    if in_utc:
        assert "TZID" not in line.parameters
        return wall.replace(tzinfo=UTC)
    offset = _offset(zones[line.parameters["TZID"]], wall)
    return (wall - offset).replace(tzinfo=UTC)


def _wall(text: str) -> tuple[datetime, bool]:
    found = MOMENT.match(text)
    assert found, f"{text!r} is no date and time"
    return datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S"), bool(found[3])


def _offset(zone: Component, wall: datetime) -> timedelta:
    """The offset of the last observance that began before this time on the wall."""
    onsets = []
    for observance in zone.components:
        assert observance.kind in ("STANDARD", "DAYLIGHT")
        assert not observance.all("RRULE"), "this reader knows no rules, only dates"
        dates = [
            observance.one("DTSTART").value,
            *(part for line in observance.all("RDATE") for part in line.value.split(",")),
        ]
        onsets += [(_wall(text)[0], observance.one("TZOFFSETTO").value) for text in dates]
    _begun, told = max(onset for onset in onsets if onset[0] <= wall)
    found = OFFSET.match(told)
    assert found, f"{told!r} is no offset"
    length = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return length if found[1] == "+" else -length
