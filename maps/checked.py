"""A checked map before anybody draws it: what every format is written from."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass

from maps import layout, page
from maps.page import Content
from maps.scale import Scale


@dataclass(frozen=True)
class CheckedMap:
    """Region, content and day; `before` are the earlier values of a change map."""

    region: str
    content: Content
    notes: Mapping[str, str]
    day: dt.date
    before: Mapping[str, str] | None = None

    @functools.cached_property
    def layout(self) -> layout.Layout:
        return layout.of(self.region)

    @functools.cached_property
    def page(self) -> page.Page:
        """The page in page units: what every picture format draws."""
        return page.compose(self.content, self.layout)

    @property
    def scale(self) -> Scale:
        return self.content.scale

    def name_of(self, code: str) -> str:
        unit = self.layout.region.units.get(code)
        return unit.name if unit else code
