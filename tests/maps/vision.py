"""How far apart the colours of a scale look, by normal sight, to colour-blind readers and in grey print."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from colorspacious import cspace_convert

from maps import Scale

VISION: dict[str, Any] = {
    "normal": "sRGB1",
    "deuteranopia": {"name": "sRGB1+CVD", "cvd_type": "deuteranomaly", "severity": 100},
    "protanopia": {"name": "sRGB1+CVD", "cvd_type": "protanomaly", "severity": 100},
}


class Pair(NamedTuple):
    """Two categories and how far apart they look: CIE76 distance, for `grey` the difference of lightness (0 to 100)."""

    first: str
    second: str
    vision: str
    distance: float


def lab(fill: str, vision: str) -> Any:
    """CIE L*a*b* of a #rrggbb as a reader with that sight sees it."""
    rgb = [int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return cspace_convert(np.clip(cspace_convert(rgb, VISION[vision], "sRGB1"), 0, 1), "sRGB1", "CIELab")


def pairs(scale: Scale) -> Iterator[Pair]:
    """Every two categories under each sight and in grey."""
    for one, two in itertools.combinations(scale.categories, 2):
        for vision in VISION:
            distance = np.linalg.norm(lab(one.fill, vision) - lab(two.fill, vision))
            yield Pair(one.key, two.key, vision, float(distance))
        grey = lab(one.fill, "normal")[0] - lab(two.fill, "normal")[0]
        yield Pair(one.key, two.key, "grey", abs(float(grey)))


def hardest(scale: Scale) -> Pair:
    """The two categories that are hardest to tell apart by colour, and for whom."""
    return min(pairs(scale), key=lambda pair: pair.distance)
