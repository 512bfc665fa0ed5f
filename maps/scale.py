"""Ordered categories, and how each is painted.

A `Scale` is handed in by the caller; this module knows no subject and has no default scale. Fills are doubled by a
pattern or a short code, so that no reading depends on colour alone. It draws nothing.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from maps.errors import BadScale, UnknownCategory
from maps.patterns import CATEGORY_PATTERNS, SYMBOLS


@dataclass(frozen=True)
class Category:
    """One class of the legend: `fill` as #rrggbb, `pattern` one of `CATEGORY_PATTERNS`, `code` one or two letters."""

    key: str
    label: str
    fill: str
    code: str = ""
    pattern: str = "none"


@dataclass(frozen=True)
class Mark:
    """A small symbol on a region with its own legend line; `count` is written beside it."""

    symbol: str
    label: str
    count: int | None = None

    def __post_init__(self) -> None:
        if self.symbol not in SYMBOLS:
            raise BadScale(f"mark symbol {self.symbol!r}: use one of {', '.join(SYMBOLS)}")


@dataclass(frozen=True)
class Scale:
    """Categories in legend order; `missing` is the key that paints a region without a value.

    Raises BadScale for repeated keys or labels, colours that are not #rrggbb, unknown patterns, or two categories that
    share both pattern and code (colour alone would tell them apart).
    """

    name: str
    categories: tuple[Category, ...]
    missing: str

    def __post_init__(self) -> None:
        for what in ("key", "label"):
            seen = [getattr(c, what) for c in self.categories]
            if len(set(seen)) != len(seen):
                raise BadScale(f"scale {self.name!r}: a {what} is given twice in {seen}")
        for category in self.categories:
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", category.fill):
                raise BadScale(f"scale {self.name!r}: fill {category.fill!r} of {category.key!r} is not #rrggbb")
            if category.pattern not in CATEGORY_PATTERNS:
                raise BadScale(f"scale {self.name!r}: {category.pattern!r} is not one of {', '.join(CATEGORY_PATTERNS)}")
        for one, two in itertools.combinations(self.categories, 2):
            if (one.pattern, one.code) == (two.pattern, two.code):
                raise BadScale(f"scale {self.name!r}: {one.key!r} and {two.key!r} differ by colour alone; give codes")
        if self.missing not in {c.key for c in self.categories}:
            raise BadScale(f"scale {self.name!r}: missing category {self.missing!r} is not one of its categories")

    def __getitem__(self, key: str) -> Category:
        for category in self.categories:
            if category.key == key:
                return category
        known = ", ".join(c.key for c in self.categories)
        raise UnknownCategory(f"category {key!r} is not on scale {self.name!r}; it has {known}")
