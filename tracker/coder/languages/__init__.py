"""What the coder knows of each language, a folder a language: days and effect clauses at least, all the words of rules at best.

A new language is a folder with the modules that `structure` asks for, its months in `crawler.parsing.months`, and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.coder.languages import en, fi, sv
from tracker.coder.languages.structure import DateWords, Speech

DATES: Mapping[str, DateWords] = {"en": en.dates, "fi": fi.dates, "sv": sv.dates}
SPEECH: Mapping[str, Speech] = {"en": en.SPEECH}

DEFAULT = en.SPEECH
"""What reads a text whose language is not told, and stages one whose language has no words of its own."""


def speech(tag: str | None) -> Speech | None:
    """The words of rules in the language of a BCP 47 tag, None where the coder has none; the default's without a tag."""
    return DEFAULT if tag is None else SPEECH.get(tag.lower().replace("_", "-").partition("-")[0])


def dates() -> tuple[DateWords, ...]:
    """The effect clauses of every language: they are told apart by their words, and a text may hold two languages."""
    return tuple(DATES.values())
