"""The rules in Python and in JavaScript say the same to every situation and every code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from playwright.sync_api import Page

from eventapp.checkin.rules import PRECEDENCE
from tests.checkin.making_vectors import situations
from tests.checkin.modules import open_modules
from tests.checkin.vectors import codes, hand_written, made, reading_of, verdict_of

JUDGE_ALL = """async (situations) => {
  const { judge, periodOf } = await import("/static/checkin/rules.js");
  const moment = (text) => text === null ? null : Date.parse(text);
  return situations.map(({ reading, guest, gate, direction, at, inside, overrides }) => {
    const here = (guest?.entries ?? []).filter((entry) => entry.checkpoint === gate?.code);
    const entries = here.map((entry) => ({ ...entry, at: moment(entry.at), left: moment(entry.left) }));
    const verdict = judge({ reading, guest, gate, direction, at: moment(at), entries, inside, overrides });
    if (verdict !== "admitted") return { verdict, period: null };
    const visits = Math.max(0, ...entries.map((entry) => entry.visit));
    const { period, visit } = periodOf(gate, moment(at), visits);
    return { verdict, period: [period, visit] };
  });
}"""
READ_ALL = """async ({ texts, keys, fallback }) => {
  if (fallback) crypto.subtle.importKey = () => Promise.reject(new Error("this browser does not know Ed25519"));
  const { checkCode, findCode } = await import("/static/checkin/reading.js");
  const keyOf = (id) => keys.find((key) => key.id === id) ?? null;
  const read = async (text) => {
    const { problem, short, code } = findCode(text);
    if (!code) return problem ? { problem } : { short };
    const refusal = await checkCode(code, keyOf);
    return refusal ? { problem: refusal } : { registration: code.registration, serial: code.serial };
  };
  const found = [];
  for (const text of texts) found.push(await read(text));
  return found;
}"""


@pytest.fixture
def page(page_at: Callable[..., Page]) -> Page:
    """A page that has the door's modules from the disk; no server is needed to try them."""
    return open_modules(page_at())


def test_there_are_more_than_three_hundred_and_they_cover_every_verdict():
    vectors = [*hand_written(), *made()]
    assert len(hand_written()) >= 120
    assert len(made()) == 300
    assert {vector["verdict"] for vector in vectors} == set(PRECEDENCE)


@pytest.mark.parametrize("vector", hand_written(), ids=lambda vector: vector["say"])
def test_python_says_what_people_expect(vector):
    assert verdict_of(vector)["verdict"] == vector["verdict"]


def test_python_says_what_it_said_before():
    assert [verdict_of(vector) for vector in made()] == [told(vector) for vector in made()]
    story = codes()
    found = [reading_of(text, story["keys"]) for _say, text, _reading in story["vectors"]]
    assert found == [reading for _say, _text, reading in story["vectors"]]


def test_no_altered_code_is_genuine():
    """Whoever made the vectors knows which codes are good."""
    altered = [reading for say, _text, reading in codes()["vectors"] if say.endswith(("another one", "exchanged"))]
    assert len(altered) >= 46
    assert {reading.get("problem") for reading in altered} <= {"forged", "malformed"}


@pytest.mark.browser
def test_javascript_says_the_same(page):
    vectors = [*hand_written(), *made(), *thought_of(200)]
    found = page.evaluate(JUDGE_ALL, vectors)
    wanted = [verdict_of(vector) for vector in vectors]
    assert [pair for pair in zip(vectors, wanted, found, strict=True) if pair[1] != pair[2]] == []


@pytest.mark.browser
def test_javascript_reads_codes_alike_by_the_browser_and_by_the_fallback(page):
    story = codes()
    texts = [text for _say, text, _reading in story["vectors"]]
    for fallback in (False, True):
        found = page.evaluate(READ_ALL, {"texts": texts, "keys": story["keys"], "fallback": fallback})
        assert [vector for vector, one in zip(story["vectors"], found, strict=True) if vector[2] != one] == []
        # Modules keep the keys that they have imported.
        page.reload()


def told(vector: dict[str, Any]) -> dict[str, Any]:
    return {"verdict": vector["verdict"], "period": vector["period"]}


def thought_of(number: int) -> list[dict[str, Any]]:
    """Situations that hypothesis thinks of today."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(situations())
    def think(situation: dict[str, Any]) -> None:
        found.append(situation)

    think()
    return found
