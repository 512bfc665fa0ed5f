"""The verdict on a run: a pure function over how its exchanges ended.

Nothing is inferred from absence. Lists tell what exists, details what one of these is. A *failed* answer is no usable answer, an
*unreadable* one was answered and not read. What a healthy or partial run read is believed; a held run waits for a person; a run
without any network says nothing about the source; one that may not ask (no key, robots.txt) says what to do. Whatever was not
observed is named among the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from crawler.contract.characters import shortened
from crawler.contract.fetches import CUT_OFF_BEFORE, Fetch
from crawler.contract.items import Outcome
from crawler.contract.routes import Role
from crawler.contract.source import Source

STOPPED = "the process ended first"
"""Why a run was cut off that somebody or something on this machine stopped: it says nothing about the source."""
UNREADABLE = (Outcome.BLOCKED, Outcome.LAYOUT_CHANGED, Outcome.PARSER_ERROR)
_REFUSED = (*UNREADABLE, Outcome.EMPTY)
"""What a list answered that does not say what exists."""
_NOT_ASKED = frozenset({Outcome.SKIPPED_NO_KEY, Outcome.ROBOTS_DENIED})
_TOLERATED = 20
"""One in so many details may fail in a healthy run."""
_WHY = 200
"""Characters of the reason of each."""
_NAMED = 5
"""How many of the unobserved a reason names."""


class Verdict(StrEnum):
    """What a run is worth."""

    HEALTHY = "healthy"
    PARTIAL = "partial"
    HELD = "held"
    FAILED = "failed"
    SKIPPED = "skipped"
    NO_NETWORK = "no_network"


class Judgement(NamedTuple):
    """The verdict, and all that there is to say of the run."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


def cut_off(unfinished: str) -> str:
    """The reason of a run that was cut off, which stands first among its reasons."""
    return f"the run was cut off: {unfinished}"


def seen(fetches: Iterable[Fetch]) -> int:
    """How many answers say what was asked; floor and ceiling of a source bound it."""
    return sum(fetch.usable for fetch in fetches)


def judge(fetches: Iterable[Fetch], source: Source, *, unfinished: str | None = None, replay: bool = False) -> Judgement:
    """The verdict on how the exchanges of a run ended. `unfinished` says why it was cut off; in a `replay`, no list is expected."""
    asked = [fetch for fetch in fetches if fetch.outcome not in (None, Outcome.NOT_IN_ARCHIVE)]
    outcomes = {fetch.outcome for fetch in asked}
    if outcomes == {Outcome.NO_NETWORK}:
        return Judgement(Verdict.NO_NETWORK, ("there is no network",))
    if outcomes and outcomes <= _NOT_ASKED and not unfinished:
        return Judgement(Verdict.SKIPPED, tuple(dict.fromkeys(fetch.reason or str(fetch.outcome) for fetch in asked)))
    lists, details = _parted(asked, replay)
    doubts = tuple(_list_doubts(lists)) if replay else (*_list_doubts(lists), *_live_doubts(lists, asked, source))
    reasons = (*([cut_off(unfinished)] if unfinished else ()), *doubts, *_detail_doubts(details), *_remarks(asked))
    return Judgement(_verdict(lists, details, bool(doubts), unfinished, replay), reasons)


def _parted(asked: Sequence[Fetch], replay: bool) -> tuple[list[Fetch], list[Fetch]]:
    """Lists and details. Where a run has no list, the addresses with which it began are its lists.

    A replay seeks nothing: in it a list that failed is but one more page that did not answer.
    """
    lists = [fetch for fetch in asked if fetch.role is Role.LIST]
    if replay:
        lists = [fetch for fetch in lists if fetch.usable or fetch.outcome in _REFUSED]
    elif not lists:
        lists = [fetch for fetch in asked if fetch.first]
    chosen = {id(fetch) for fetch in lists}
    return lists, [fetch for fetch in asked if id(fetch) not in chosen]


def _verdict(lists: Sequence[Fetch], details: Sequence[Fetch], doubtful: bool, unfinished: str | None, replay: bool) -> Verdict:
    if replay:  # what did not answer when it was archived says nothing about what did
        details = [fetch for fetch in details if _read(fetch) or fetch.outcome in UNREADABLE]
    unread = [fetch for fetch in details if not _read(fetch)]
    if unfinished and any(fetch.reason == CUT_OFF_BEFORE for fetch in lists):
        return Verdict.FAILED
    if not replay and not any(fetch.usable or fetch.outcome in _REFUSED for fetch in lists):
        return Verdict.FAILED
    if doubtful or 2 * len(unread) > len(details):
        return Verdict.HELD
    unreadable = any(fetch.outcome in UNREADABLE for fetch in unread) or any(fetch.unread for fetch in (*lists, *details))
    return Verdict.PARTIAL if unfinished or unreadable or _TOLERATED * len(unread) > len(details) else Verdict.HEALTHY


def _read(detail: Fetch) -> bool:
    """Whether a detail is known; a source may well say of it that there is nothing."""
    return detail.usable or detail.outcome is Outcome.EMPTY


def _list_doubts(lists: Sequence[Fetch]) -> Iterator[str]:
    without = [fetch for fetch in lists if not fetch.usable]
    if without:
        yield f"unobserved: what {len(without)} of {len(lists)} lists tell: {_names(without)}"


def _live_doubts(lists: Sequence[Fetch], asked: Sequence[Fetch], source: Source) -> Iterator[str]:
    count = seen(asked)
    if not lists:
        yield "no list was asked"
    if count < source.floor:
        yield f"{count} seen, below the floor of {source.floor}"
    if count > source.ceiling:
        yield f"{count} seen, above the ceiling of {source.ceiling}"


def _detail_doubts(details: Sequence[Fetch]) -> Iterator[str]:
    unread = [fetch for fetch in details if not _read(fetch)]
    if unread:
        yield f"unobserved: {len(unread)} of {len(details)} details: {_names(unread)}"


def _remarks(asked: Sequence[Fetch]) -> Iterator[str]:
    remarks = [f"{fetch.url}: {remark}" for fetch in asked for remark in (*_left_out(fetch), *fetch.remarks)]
    yield from remarks[:_NAMED]
    if len(remarks) > _NAMED:
        yield f"and {len(remarks) - _NAMED} more remarks"


def _left_out(fetch: Fetch) -> Iterator[str]:
    if fetch.left_out and fetch.reason:
        yield fetch.reason


def _names(fetches: Sequence[Fetch]) -> str:
    """The first of them with what became of each."""
    named = [f"{fetch.url} ({fetch.outcome}{_why(fetch)})" for fetch in fetches[:_NAMED]]
    more = [f"and {len(fetches) - _NAMED} more"] if len(fetches) > _NAMED else []
    return ", ".join([*named, *more])


def _why(fetch: Fetch) -> str:
    return f": {shortened(fetch.reason, _WHY)}" if fetch.reason else ""
