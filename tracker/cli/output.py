"""How answers are shown: aligned tables and JSON on stdout, progress on stderr."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from tracker.domain.changes import Boundary
    from tracker.domain.records import Key
    from tracker.ledger import Written


_INDENT = "    "


def progress(message: str) -> None:
    """One line for the person who waits."""
    print(message, file=sys.stderr, flush=True)


def log(message: str) -> None:
    """The same of work that takes long, with the time."""
    from tracker import settings

    progress(f"{cell(settings.now())} {message}")


def show_not_loaded() -> None:
    """A line on each source that cannot be loaded; the others are asked all the same."""
    from crawler import registry

    for name, reason in registry.not_loaded():
        progress(f"left out, it cannot be loaded: {name}: {reason}")


def instant(value: datetime) -> str:
    """`2026-11-25T12:00:00Z`; fractions of a second only where there are any."""
    text = value.astimezone(UTC).isoformat()
    return text.removesuffix("+00:00") + "Z"


def plain(value: Any) -> Any:
    """What JSON shows of a value that it does not know."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


def json_text(value: Any) -> str:
    """A JSON value, readable and with letters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=plain)


def show_json(value: Any) -> None:
    """Print a JSON value."""
    print(json_text(value))


def cell(value: Any) -> str:
    """What a table shows of a value: one line, an instant to the second; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {cell(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(cell(one) for one in value)
    if isinstance(value, datetime):
        value = instant(value.replace(microsecond=0))
    text = value if isinstance(value, str) else plain(value)
    return " ".join(str(text).split())


def terminal_width() -> int | None:
    """The columns of the terminal; None where the output goes elsewhere and lines may have any length."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def show_table(rows: Sequence[Sequence[Any]], columns: Sequence[str], *, whole: bool = False, folded: bool = False) -> None:
    """Print aligned columns. On a terminal lines are cut at its width, unless `whole`; `folded` puts the columns that do not fit below
    the others instead, and cuts nothing. Into a pipe lines are whole."""
    if not rows:
        progress("nothing to show")
        return
    texts = [tuple(columns), *(tuple(cell(value) for value in row) for row in rows)]
    widths = [max(cell_len(text) for text in column) for column in zip(*texts, strict=True)]
    limit = None if whole else terminal_width()
    fit = _fitting(widths, limit) if folded and limit else len(widths)
    for line in texts:
        text = "  ".join(set_cell_size(part, width) for part, width in zip(line[:fit], widths[:fit], strict=True)).rstrip()
        print(text if limit is None or cell_len(text) <= limit else set_cell_size(text, limit - 1) + "…")
        for below in _packed([part for part in line[fit:] if part], limit or 0):
            print(f"{_INDENT}{below}")


def _fitting(widths: Sequence[int], limit: int) -> int:
    """How many columns fit beside each other, at least one."""
    ends = accumulate(width + 2 for width in widths)
    return max(1, sum(end - 2 <= limit for end in ends))


def _packed(parts: Sequence[str], limit: int) -> Iterator[str]:
    """The parts in as few lines as they need; one that is longer than a line has its own, and is not cut."""
    line = ""
    for part in parts:
        if line and cell_len(f"{_INDENT}{line}  {part}") > limit:
            yield line
            line = ""
        line = f"{line}  {part}" if line else part
    if line:
        yield line


def show_facts(facts: Mapping[str, Any] | Iterable[tuple[str, Any]], indent: str = "") -> None:
    """Print `name: value` lines, leaving out what is empty."""
    for name, value in facts.items() if isinstance(facts, Mapping) else facts:
        if cell(value):
            print(f"{indent}{name}: {cell(value)}")


def written_facts(written: Written | None) -> dict[str, Any]:
    """What a belief moved, for JSON; `belief` is None where the record held all of it already."""
    moved = [] if written is None else [_moved(key, one) for key, boundaries in written.boundaries.items() for one in boundaries]
    return {"belief": written and written.belief, "cause": written and written.cause, "moved": moved}


def _moved(key: Key, one: Boundary) -> dict[str, Any]:
    return {
        "jurisdiction": key.jurisdiction,
        "substance": key.substance,
        "kind": one.kind,
        "significance": one.significance,
        "day": one.day,
        "before": one.before.status,
        "before_terms": one.before.describe(),
        "after": one.after.status,
        "after_terms": one.after.describe(),
    }


def show_written(written: Written | None) -> None:
    """Print what a belief moved."""
    from tracker.history import words

    if written is None:
        print("the record held all of it already; nothing is written")
        return
    print(f"belief {written.belief}, cause {written.cause}")
    for row in written_facts(written)["moved"]:
        before, after = (words.headline(row[side], row[f"{side}_terms"]) for side in ("before", "after"))
        print(f"  {row['jurisdiction']}, {row['substance']}: {row['kind']} {cell(row['day'])}, {before} → {after}")


def days(first: date | None, last: date | None) -> str:
    """A day, or the interval in which it lies."""
    if first is None:
        return ""
    return first.isoformat() if last in (None, first) else f"{first}…{last}"
