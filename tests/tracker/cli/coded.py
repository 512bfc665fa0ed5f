"""Law that a person codes, for tests of the verbs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tracker import ledger, settings, workspace
from tracker.domain.dates import Period, parse_instant
from tracker.domain.entries import Entry, Evidence, Instrument
from tracker.domain.records import Key, Provision
from tracker.domain.vocabulary import Basis, Conduct, Effect
from tracker.ledger import Batch, Written
from tracker.store.session import writing

LATER = "2026-11-26T12:00:00Z"


def record(folder: Path, batch: Batch, at: str) -> Written:
    """Write what a person codes."""
    opened = workspace.existing(settings.load(data=folder))
    with writing(opened.engine, parse_instant(at), "A. Reader") as writer:
        written = ledger.write(writer, batch, policy=opened.policy)
    opened.engine.dispose()
    assert written is not None
    return written


def ban(folder: Path, code: str, at: str = LATER) -> Written:
    """A constructed ban on sale, coded by a person who read it."""
    return record(folder, bans([code]), at)


def bans(codes: Sequence[str]) -> Batch:
    """A constructed ban on sale in each place."""
    said = Evidence(
        "Acts 2026 ch. 1 § 2",
        "legislature",
        quote="No person shall sell it.",
        coder="A. Reader",
        reviewer="B. Reader",
        origin="review",
    )
    acts = [Instrument(f"{code} Acts 2026 ch. 1", code, "An Act", "act", date(2026, 9, 1)) for code in codes]
    return Batch([Entry(_rule(act), said) for act in acts], acts)


def _rule(act: Instrument) -> Provision:
    return Provision(
        f"ban of {act.jurisdiction}",
        Key(act.jurisdiction, "kratom"),
        Conduct.SELL,
        Effect.PROHIBITED,
        Period(date(2026, 11, 1)),
        Basis.SALE_BAN,
        instrument=act.key,
        pinpoint="§ 2",
    )
