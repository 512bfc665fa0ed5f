"""The names of the months as official papers print them, in lower case; in Finnish as they stand after a day (`24 tammikuuta`)."""

from __future__ import annotations

from collections.abc import Mapping

MONTHS: Mapping[str, tuple[str, ...]] = {
    language: tuple(names.split())
    for language, names in (
        ("en", "january february march april may june july august september october november december"),
        (
            "fi",
            "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta"
            " heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
        ),
        ("sv", "januari februari mars april maj juni juli augusti september oktober november december"),
    )
}


def month_number(word: str, *languages: str) -> int | None:
    """1 to 12 for the name of a month in one of these languages, in any case; None for any other word."""
    numbers = (MONTHS[language].index(word.lower()) + 1 for language in languages if word.lower() in MONTHS[language])
    return next(numbers, None)
