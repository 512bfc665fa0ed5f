"""Work in a process with limits: what it does to itself costs one question, and nobody else."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from crawler.contract.items import Outcome
from crawler.contract.routes import Body, Role, Route
from crawler.parsing import bounded
from crawler.parsing.bounded import Bounded, Limits, NotDone
from crawler.parsing.reader import Reader
from tests.crawler.localspider import HOST, LocalSpider
from tests.crawler.test_reading import exchange

LIMITS = Limits(seconds=1, memory=64 * 1024 * 1024)


def _for_ever() -> str:
    while True:
        pass


def _in_a_library() -> str:
    return str(len(str(7 ** (10**9))))


def _fills_the_memory() -> str:
    return "a" * 10**9


def _small_pieces() -> str:
    return str(len([[number] for number in range(10**8)]))


def _crashes() -> str:
    return str(ctypes.string_at(0))


def _is_killed() -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def _is_wrong() -> str:
    return str([][1])


def _waits() -> str:
    signal.pause()
    return ""


def _leaves() -> str:
    os._exit(7)


WORK: dict[str, Callable[[], str]] = {
    name: work
    for name, work in globals().items()
    if name
    in (
        "_for_ever",
        "_in_a_library",
        "_fills_the_memory",
        "_small_pieces",
        "_crashes",
        "_is_killed",
        "_is_wrong",
        "_waits",
        "_leaves",
    )
}


def _work(name: str) -> str:
    return WORK[name]() if name in WORK else name.upper()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("_for_ever", "ran out of time: 1 seconds"),
        ("_in_a_library", "ran out of time: 1 seconds|ran out of memory"),
        ("_fills_the_memory", "ran out of memory: 64 MB"),
        ("_small_pieces", "ran out of memory: 64 MB|ran out of time: 1 seconds"),
        ("_crashes", r"ended the process that it ran in \(status -11\)"),
        ("_is_killed", "ran out of memory"),
        ("_is_wrong", "failed: IndexError: list index out of range"),
        ("_leaves", r"ended the process that it ran in \(status 7\)"),
    ],
)
def test_what_ends_is_named_and_the_next_is_answered(name: str, reason: str) -> None:
    with Bounded(_work, LIMITS) as work:
        assert work("a") == "A"
        with pytest.raises(NotDone, match=reason):
            work(name)
        assert work("b") == "B"


def test_what_waits_for_ever_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_WAITS", 1)
    with Bounded(_work, LIMITS) as work, pytest.raises(NotDone, match="did not end within 1 seconds"):
        work("_waits")


def test_a_large_question_and_a_large_answer_pass() -> None:
    with Bounded(_work, Limits(seconds=5, memory=256 * 1024 * 1024)) as work:
        assert len(work("a" * 10**7)) == 10**7


def test_it_holds_no_lock_of_ours_and_leaves_no_process() -> None:
    reading, writing = os.pipe()
    with Bounded(_work, LIMITS) as work:
        work("a")
        os.close(writing)
        assert os.read(reading, 1) == b"", "the copy still holds the other end"
    os.close(reading)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_the_limit_is_for_each_question() -> None:
    def half_a_second(_: str) -> str:
        until = time.process_time() + 0.5
        while time.process_time() < until:
            pass
        return "done"

    with Bounded(half_a_second, LIMITS) as work:
        assert [work("a") for _ in range(4)] == ["done"] * 4


class HostileSpider(LocalSpider):
    facts = replace(
        LocalSpider.facts,
        key="hostile",
        routes=(
            Route(Role.DETAIL, "GET", HOST + "/endless", "parse_endless", Body.HTML),
            Route(Role.DETAIL, "GET", HOST + "/huge", "parse_huge", Body.HTML),
            Route(Role.DETAIL, "GET", HOST + "/.*", "parse_page", Body.HTML),
        ),
    )

    def parse_endless(self, response):  # type: ignore[no-untyped-def]
        while True:
            pass
        yield

    def parse_huge(self, response):  # type: ignore[no-untyped-def]
        yield ["a" * 10**6 for _ in range(10**6)]


def test_a_page_that_is_never_read_costs_that_page() -> None:
    page = b"<html><h1>Good</h1></html>"
    spider = HostileSpider()
    reader = Reader(LIMITS)
    endless, huge, good, strange = (reader.read(spider, exchange(path, page)) for path in ("/endless", "/huge", "/good", "/"))
    reader.close()
    assert (endless.outcome, endless.reason) == (Outcome.PARSER_ERROR, "reading it ran out of time: 1 seconds of the processor")
    assert huge.outcome is Outcome.PARSER_ERROR
    assert huge.reason == "reading it ran out of memory: 64 MB"
    assert [item.title for item in good.items] == ["Good"]
    assert strange.outcome is Outcome.OK
