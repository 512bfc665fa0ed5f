"""What a run fetched, in counts, and the verdict on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from crawler.contract.characters import one_line, shortened
from crawler.contract.fetches import Fetch
from crawler.contract.source import Source
from crawler.contract.verdicts import Verdict, judge, seen

_REASON = 2_000
"""Characters after which a reason is cut; it names the first of what was not observed."""


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """One source's run: outcome counts, how many answers say what was asked, items, verdict with all that there is to say of it."""

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
        object.__setattr__(self, "reasons", tuple(shortened(one_line(reason), _REASON) for reason in self.reasons))

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
    """The report on one source's fetches; `unfinished` and `replay` as `judge` takes them."""
    known = list(fetches)
    outcomes = Counter(str(fetch.outcome) for fetch in known if fetch.outcome is not None)
    verdict, reasons = judge(known, source, unfinished=unfinished, replay=replay)
    return RunReport(
        source=source.key,
        started_at=started_at,
        finished_at=finished_at,
        outcomes=dict(sorted(outcomes.items())),
        fetches=sum(outcomes.values()),
        seen=seen(known),
        items=sum(fetch.items for fetch in known),
        verdict=verdict,
        reasons=reasons,
    )
