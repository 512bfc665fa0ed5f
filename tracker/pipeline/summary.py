"""What became of one source's run, as a person reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.contract.verdicts import Verdict

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One source's run. `run` is None where nothing was written; `known` marks a replay seen before; `left_out` says which documents were not coded."""

    source: str
    mode: str
    verdict: str
    reasons: tuple[str, ...]
    run: int | None = None
    known: bool = False
    fetches: Mapping[str, int] = field(default_factory=dict)
    documents: int = 0
    versions: int = 0
    measures: int = 0
    proposals: int = 0
    decided: int = 0
    unrouted: int = 0
    left_out: tuple[str, ...] = ()


def describe(run: RunSummary) -> str:
    """One line on a run."""
    if run.known and not run.proposals and not run.decided and not run.left_out:
        return f"{run.source}: {'replayed' if run.mode == 'replay' else 'taken in'} before as run {run.run}; nothing changes"
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(run.fetches.items()))
    why = f" ({'; '.join([*run.reasons, *run.left_out])})" if run.reasons or run.left_out else ""
    yielded = f"{run.documents} documents, {run.measures} measures, {run.proposals} proposals, {run.decided} decided"
    return f"{run.source}: {run.verdict}{why}; {counts or 'nothing fetched'}; {yielded}"


def lines(summaries: Sequence[RunSummary]) -> Iterator[str]:
    """A line on each run; a network that is not there is said once."""
    for run in summaries:
        if not run.source:
            yield f"{run.unrouted} exchanges of addresses that no source claims"
        elif run.verdict != Verdict.NO_NETWORK:
            yield describe(run)
    if unreached := [run.source for run in summaries if run.verdict == Verdict.NO_NETWORK]:
        yield f"no network; not reached: {', '.join(unreached)}"
