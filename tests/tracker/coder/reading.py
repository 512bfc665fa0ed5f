"""Short ways to ask the coder in tests."""

from datetime import date

from tracker.codebook import load
from tracker.coder import Reading, propose

TODAY = date(2026, 11, 23)

Said = set[tuple[str, str, str]]


def read(text: str, kind: str = "bill", jurisdiction: str = "US-XX", language: str | None = "en") -> Reading:
    """The reading of a constructed text."""
    return propose(text, load(), jurisdiction=jurisdiction, kind=kind, language=language, today=TODAY)


def said(text: str, kind: str = "bill", **more: str) -> Said:
    """What a text is read to do: substance, conduct, effect."""
    return {(p.substance, p.conduct.value, p.effect.value) for p in read(text, kind, **more).provisions}


def scheduled(*substances: str) -> Said:
    """What a Schedule I listing of these substances does."""
    return {(s, conduct, "prohibited") for s in substances for conduct in ("sell", "possess", "manufacture")}
