"""The formats of a report, on mutated titles, quotes and addresses: nothing of them acts, and every format is written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from itertools import cycle
from typing import Any

from markdown_it import MarkdownIt

from crawler.contract.characters import one_line
from tests.fuzz.target import Target, scratch
from tests.tracker import replays
from tests.tracker.reports.record import Kept
from tests.tracker.reports.test_render import edition_of
from tracker.files import BOM
from tracker.reports import render
from tracker.reports.model import Edition

CRAWLED = {"title", "citation", "pinpoint", "quote", "url", "measure", "detail", "note", "authority", "instrument"}
"""Fields of an edition whose text a publisher may have chosen."""
SEEDS = (
    "=HYPERLINK(1)",
    "[x](javascript:alert(1)) | *bold* `c`",
    "<script>alert(1)</script>",
    '" onmouseover="x',
    "https://a.test/<b>'",
    "{{ e }}{% raw %}",
    "a|b\n---|---",
    "<!-- --> <![CDATA[ ]]>",
    "&lt;img src=x onerror=1&gt;",
    "# Head\n> quote\n1. one\n",
    "javascript:x",
)


class _Page(HTMLParser):
    """What acts in a page: its elements, with the names of their attributes, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.acts: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.acts |= {tag, *(f"{tag} {name}" for name, _ in attrs)}
        links = (value or "" for name, value in attrs if name in ("href", "src"))
        self.acts |= {"another address" for value in links if not value.startswith(("https://", "http://", "#"))}


def _make() -> tuple[Sequence[bytes], Callable[[int, bytes], None]]:
    folder = scratch()
    kept = Kept(replays.empty(folder).engine, folder)
    edition, codebook = edition_of(kept), kept.codebook
    plain = _acts(render.files(_told(edition, cycle(["https://a.test/"])), codebook, mapped=False))

    def run(_: int, data: bytes) -> None:
        written = render.files(_told(edition, cycle(_texts(data))), codebook, mapped=False)
        assert _acts(written) <= plain, _acts(written) - plain
        cells = [cell for row in csv.reader(io.StringIO(written["csv"].removeprefix(BOM))) for cell in row]
        assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "＝", "\t", "\r"))]
        assert isinstance(json.loads(written["json"]), dict)

    return [json.dumps(SEEDS).encode(), *(json.dumps([seed]).encode() for seed in SEEDS)], run


def _acts(written: dict[str, str]) -> set[str]:
    marked = MarkdownIt("commonmark").enable("table").render(written["md"])
    return {f"html {one}" for one in _Page(written["html"]).acts} | {f"md {one}" for one in _Page(marked).acts}


def _texts(data: bytes) -> list[str]:
    """The texts of a list, as they come through the door into a record; what is no list is one text."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        told = data.decode("utf-8", "replace")
    return [one_line(str(one)) for one in (told if isinstance(told, list) else [told])] or [""]


def _told(edition: Edition, texts: Iterator[str]) -> Any:
    """The edition with these texts in turn wherever a publisher may have chosen the text."""

    def told(value: Any, name: str = "") -> Any:
        if isinstance(value, str):
            return next(texts) if name in CRAWLED else value
        if type(value) is tuple:
            return tuple(told(one, name) for one in value)
        if is_dataclass(value) and not isinstance(value, type):
            kept = ("maps", "masthead", "definitions", "standing")
            return replace(
                value, **{one.name: told(getattr(value, one.name), one.name) for one in fields(value) if one.name not in kept}
            )
        return value

    return told(edition)


TARGET = Target("pages", _make)
