"""Days in words, the same in every locale."""

from __future__ import annotations

import datetime as dt

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def as_of(day: dt.date) -> str:
    return f"As of {civil(day)}"


def civil(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
