"""What a run fetched, and the verdict on it: pure functions over counts.

Nothing is inferred from absence. A run is believed only if it is healthy; a held run waits for a person; a run without any
network says nothing about the source; one that may not ask (no key, robots.txt) says what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from crawler.contract.characters import one_line, shortened
from crawler.contract.items import CaptureRef, Outcome
from crawler.contract.source import Source

STOPPED = "the process ended first"
"""Why a run was cut off that somebody or something on this machine stopped: it says nothing about the source."""
_REASON = 500
"""Characters after which a reason is cut; it may quote a page."""
_DOUBTFUL = (Outcome.BLOCKED, Outcome.LAYOUT_CHANGED, Outcome.PARSER_ERROR)
"""What a source answered and we could not read: not enough to say what it has."""
_NOT_ASKED = frozenset({Outcome.SKIPPED_NO_KEY, Outcome.ROBOTS_DENIED})


def cut_off(unfinished: str) -> str:
    """The reason of a run that was cut off, which stands first among its reasons."""
    return f"the run was cut off: {unfinished}"


class Verdict(StrEnum):
    """What a run is worth."""

    HEALTHY = "healthy"
    HELD = "held"
    FAILED = "failed"
    SKIPPED = "skipped"
    NO_NETWORK = "no_network"


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """How one exchange ended. `source` and `outcome` are None where no route claims the address (`unrouted`).

    `request_digest` is that of the request's body without keys. `parse_key` names parser version and search terms (see `crawler.fetching.memory`); `capture` is None where nothing was answered.
    `left_out` counts what could not be taken of an answer that was otherwise read; `reason` names it.
    """

    source: str | None
    method: str
    url: str
    outcome: Outcome | None
    reason: str | None = None
    status: int | None = None
    items: int = 0
    capture: CaptureRef | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    parse_key: str | None = None
    request_digest: str = ""
    left_out: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", self.reason and _shown(self.reason))
        for name in ("etag", "last_modified"):
            if not (getattr(self, name) or "").isprintable():
                object.__setattr__(self, name, None)  # what cannot be sent back is no validator

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready copy; `fetch_from_dict` reads it back."""
        return asdict(self)


def fetch_from_dict(data: Mapping[str, Any]) -> Fetch:
    """The fetch that `to_dict` wrote down."""
    capture = data.get("capture")
    outcome = data.get("outcome")
    read = {"capture": capture and CaptureRef(**capture), "outcome": outcome and Outcome(outcome)}
    return Fetch(**{**data, **read})


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """One source's run: outcome counts, how much was seen (`ok` and `not_modified`), items, verdict with its reasons."""

    source: str
    started_at: str
    finished_at: str
    outcomes: Mapping[str, int]
    fetches: int
    seen: int
    items: int
    verdict: Verdict
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", tuple(map(_shown, self.reasons)))

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready copy; `report_from_dict` reads it back."""
        return asdict(self)


def report_from_dict(data: Mapping[str, Any]) -> RunReport:
    """The report that `to_dict` wrote down."""
    return RunReport(**{**data, "verdict": Verdict(data["verdict"]), "reasons": tuple(data["reasons"])})


def report(
    source: Source,
    fetches: Iterable[Fetch],
    *,
    started_at: str,
    finished_at: str,
    unfinished: str | None = None,
    replay: bool = False,
) -> RunReport:
    """The report on one source's fetches. `unfinished` says why a run was cut off; `replay` lifts floor and ceiling."""
    known = list(fetches)
    outcomes = Counter(str(fetch.outcome) for fetch in known if fetch.outcome is not None)
    verdict, reasons = judge(outcomes, source, unfinished=unfinished, replay=replay)
    return RunReport(
        source=source.key,
        started_at=started_at,
        finished_at=finished_at,
        outcomes=dict(sorted(outcomes.items())),
        fetches=sum(outcomes.values()),
        seen=_seen(outcomes),
        items=sum(fetch.items for fetch in known),
        verdict=verdict,
        reasons=(*reasons, *_left_out(known))
        if verdict is not Verdict.SKIPPED
        else tuple(dict.fromkeys(fetch.reason or "" for fetch in known)),
    )


def judge(
    outcomes: Mapping[str, int], source: Source, *, unfinished: str | None = None, replay: bool = False
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict on outcome counts, with every reason against `healthy`."""
    # Neither says anything about the source: the fault, or the choice, is on our side.
    if set(outcomes) == {Outcome.NO_NETWORK}:
        return Verdict.NO_NETWORK, ("there is no network",)
    if outcomes and set(outcomes) <= _NOT_ASKED and not unfinished:
        return Verdict.SKIPPED, ("nothing may be asked",)
    failed = tuple(_failures(outcomes, source, unfinished, replay))
    doubts = tuple(_doubts(outcomes, source, replay))
    if failed:  # the doubts are told too: they may be why
        return Verdict.FAILED, failed + doubts
    return (Verdict.HELD, doubts) if doubts else (Verdict.HEALTHY, ())


def _failures(outcomes: Mapping[str, int], source: Source, unfinished: str | None, replay: bool) -> Iterable[str]:
    if unfinished:
        yield cut_off(unfinished)
    refused = sum(outcomes.get(outcome, 0) for outcome in _DOUBTFUL)
    # Answers that could not be read are a doubt for a person, who may yet accept the run; silence leaves nothing to accept.
    answered = _seen(outcomes) or (source.empty_is_normal and outcomes.get(Outcome.EMPTY))
    if not replay and not answered and not refused:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        yield f"nothing was seen: {counts or 'no request was made'}"


def _doubts(outcomes: Mapping[str, int], source: Source, replay: bool) -> Iterable[str]:
    # Floor and ceiling are of a whole crawl; an archive may hold any part of one.
    for outcome in _DOUBTFUL:
        if outcomes.get(outcome):
            yield f"{outcomes[outcome]} {outcome}"
    seen = _seen(outcomes)
    if not replay and seen < source.floor:
        yield f"{seen} seen, below the floor of {source.floor}"
    if not replay and seen > source.ceiling:
        yield f"{seen} seen, above the ceiling of {source.ceiling}"


def _left_out(fetches: Iterable[Fetch]) -> Iterable[str]:
    """What could not be taken of answers that were otherwise read: it is no reason against the rest."""
    return (f"{fetch.reason} ({fetch.url})" for fetch in fetches if fetch.left_out)


def _shown(reason: str) -> str:
    return shortened(one_line(reason), _REASON)


def _seen(outcomes: Mapping[str, int]) -> int:
    return outcomes.get(Outcome.OK, 0) + outcomes.get(Outcome.NOT_MODIFIED, 0)
