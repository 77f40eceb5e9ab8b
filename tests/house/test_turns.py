"""What several threads bring at the same moment is done by one of them, and nobody meets another's error."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from eventapp.turns import Gathering


class Bench:
    """Doubles numbers; the first go waits until it is told to go on. Refuses any list that holds 13."""

    def __init__(self) -> None:
        self.lists: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def act(self, numbers: list[int]) -> list[int]:
        self.lists.append(numbers)
        self.begun.set()
        assert self.go_on.wait(10)
        if 13 in numbers:
            raise ValueError("unlucky")
        return [2 * number for number in numbers]


def brought_together(bench: Bench, numbers: list[int]) -> list[object]:
    """Results, or errors, where the first number is at work when all others arrive."""
    gathering = Gathering(bench.act)

    def bring(number: int) -> object:
        try:
            return gathering.do(number)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(numbers)) as threads:
        first = threads.submit(bring, numbers[0])
        assert bench.begun.wait(10)
        others = [threads.submit(bring, number) for number in numbers[1:]]
        while len(gathering._waiting) < len(others):
            threading.Event().wait(0.001)
        bench.go_on.set()
        return [task.result(10) for task in (first, *others)]


def test_who_waits_is_served_in_one_go():
    bench = Bench()
    assert brought_together(bench, [1, 2, 3, 4]) == [2, 4, 6, 8]
    assert [sorted(numbers) for numbers in bench.lists] == [[1], [2, 3, 4]]


def test_an_error_is_met_by_the_one_whose_it_is():
    bench = Bench()
    assert brought_together(bench, [1, 2, 13, 4]) == [2, 4, "unlucky", 8]
    assert sorted(map(sorted, bench.lists[2:])) == [[2], [4], [13]]


def test_alone_one_has_the_result_at_once():
    gathering = Gathering(lambda numbers: [number + 1 for number in numbers])
    assert [gathering.do(number) for number in (1, 2)] == [2, 3]


def test_an_interrupted_turn_leaves_nobody_waiting():
    def act(numbers: list[int]) -> list[int]:
        if 1 in numbers:
            raise KeyboardInterrupt
        return numbers

    gathering = Gathering(act)
    with pytest.raises(KeyboardInterrupt):
        gathering.do(1)
    assert gathering.do(2) == 2
