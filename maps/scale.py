"""Ordered categories, how each is painted, and whether the eye can keep them apart.

A `Scale` is handed in by the caller; this module knows no subject and has no default scale. Fills are doubled by a
pattern or a short code, so that no reading depends on colour alone. It draws nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from maps.errors import BadScale, UnknownCategory
from maps.patterns import CATEGORY_PATTERNS, SYMBOLS

Rgb = tuple[float, float, float]
Matrix = tuple[Rgb, Rgb, Rgb]

# Machado, Oliveira and Fernandes (2009), severity 1.0, applied to linear RGB.
VISION: dict[str, Matrix] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}


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


class Pair(NamedTuple):
    """Two categories and how far apart they look: CIE76 distance, for `grey` the difference of lightness (0 to 100)."""

    first: str
    second: str
    vision: str
    distance: float


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

    def pairs(self) -> Iterator[Pair]:
        """Every two categories under normal sight, deuteranopia, protanopia and in grey."""
        for one, two in itertools.combinations(self.categories, 2):
            for vision, matrix in VISION.items():
                a, b = (lab(seen(linear(c.fill), matrix)) for c in (one, two))
                yield Pair(one.key, two.key, vision, sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5)
            yield Pair(one.key, two.key, "grey", abs(lightness(one.fill) - lightness(two.fill)))

    def check(self) -> Pair:
        """The two categories that are hardest to tell apart by colour, and for whom."""
        return min(self.pairs(), key=lambda pair: pair.distance)


def linear(fill: str) -> Rgb:
    channels = (int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return r, g, b


def seen(rgb: Rgb, matrix: Matrix) -> Rgb:
    r, g, b = (min(1.0, max(0.0, sum(w * c for w, c in zip(row, rgb, strict=True)))) for row in matrix)
    return r, g, b


def lab(rgb: Rgb) -> Rgb:
    """CIE L*a*b* (D65) of a linear RGB colour."""
    r, g, b = rgb
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def lightness(fill: str) -> float:
    """CIE L* of a fill, 0 (black) to 100 (white): what grey print keeps of it."""
    return lab(linear(fill))[0]
