"""The README's table of sources, from their facts: `python -m crawler.sources_table README.md` writes it anew."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from crawler import registry
from crawler.contract.errors import CrawlerError

BEGIN, END = "<!-- sources: begin -->", "<!-- sources: end -->"


class NoMarkers(CrawlerError, ValueError):
    """A page lacks the two lines between which the table stands."""


def table() -> str:
    """A Markdown table: key, jurisdictions, name and publisher of each source, in order of keys."""
    rows = [("key", "tells of", "source", "publisher"), ("---",) * 4]
    for key, source in registry.sources().items():
        first, *others = source.jurisdictions
        places = f"{first} and {len(others)} more" if len(others) > 3 else ", ".join(source.jurisdictions)
        rows.append((f"`{key}`", places, source.name, source.publisher))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def with_table(page: str) -> str:
    """A page with the table of today between its markers; raises NoMarkers."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoMarkers(f"the page has no lines {BEGIN!r} and {END!r}; add them where the table shall stand")
    return f"{before}{BEGIN}\n{table()}{END}{after}"


def main(arguments: Sequence[str]) -> int:
    """The command; see the module docstring."""
    if len(arguments) != 1:
        print("usage: python -m crawler.sources_table README.md", file=sys.stderr)
        return 2
    path = Path(arguments[0])
    try:
        path.write_text(with_table(path.read_text("utf-8")), "utf-8")
    except (OSError, NoMarkers) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    for name, reason in registry.not_loaded():
        print(f"left out: {name}: {reason}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
