"""A map as one self-contained HTML page: picture, keyboard and screen-reader reading, table twin, optional time slider.

The page asks the network for nothing (its content policy forbids it), sets no cookie and stores nothing. Without script the
picture and the table still say everything about the map's own day. Every text is escaped by the template.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from maps import patterns
from maps.checked import CheckedMap
from maps.civil import as_of
from maps.formats import svg, table_formats
from maps.scale import Category


def write(m: CheckedMap, frames: Mapping[str, Mapping[str, str]], notice: str) -> str:
    """The whole page. `frames` are checked values by ISO day; the map's own day joins them with its own values."""
    picture, rows = svg.write(m.page), table_formats.rows(m)
    days = sorted({*frames, m.day.isoformat()}) if frames else []
    return template().render(
        title=m.page.title,
        notice=notice,
        picture=Markup(picture),
        days=days,
        day=m.day.isoformat(),
        day_in_words=m.content.day,
        rows=sorted(rows, key=lambda row: (row["name"], row["code"])),
        qualified=qualified,
        payload=payload(m, frames, days, picture),
    )


@functools.cache
def template() -> Template:
    environment = Environment(
        loader=PackageLoader("maps", "data"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("embed.html.j2")


def qualified(row: Mapping[str, str]) -> str:
    """What an overlay or its absence says of a row of the table."""
    words = [patterns.OVERLAY_LABELS[name] for name, column in table_formats.FLAGS.items() if row[column] == "yes"]
    return ", ".join([*words, *(["not drawn"] if row["drawn"] == "no" else [])])


def payload(m: CheckedMap, frames: Mapping[str, Mapping[str, str]], days: list[str], picture: str) -> Markup:
    """What the script needs, as JSON that cannot close its own element."""
    # The script paints with the patterns that the picture defines, whose ids begin as the picture's own do.
    prefix = picture.split('aria-labelledby="', 1)[1].split("-t ", 1)[0]
    codes = [row["code"] for row in table_formats.rows(m)]
    by_day: dict[str, Mapping[str, str]] = {**frames, m.day.isoformat(): m.content.values}
    data: dict[str, Any] = {
        "day": m.day.isoformat(),
        "days": days,
        "said": {day: in_words(m, day) for day in days},
        "elsewhere": " (qualifiers and marks are shown for the map's own day only)",
        "paints": {c.key: paint(c, prefix) for c in m.scale.categories},
        "frames": {day: {code: by_day[day].get(code, m.scale.missing) for code in codes} for day in days},
    }
    return Markup(json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c"))


def in_words(m: CheckedMap, day: str) -> str:
    return m.content.day if day == m.day.isoformat() else as_of(dt.date.fromisoformat(day))


def paint(category: Category, prefix: str) -> dict[str, str]:
    """How the script paints a category: its label, fill, ink and the id of its pattern's tile."""
    tile = svg.tile_id(prefix, category.pattern, category.fill) if category.pattern != "none" else ""
    return {"label": category.label, "fill": category.fill, "ink": patterns.ink_on(category.fill), "tile": tile}
