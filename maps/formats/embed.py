"""A map as one self-contained HTML page: picture, keyboard and screen-reader reading, table twin, optional time slider.

The page asks the network for nothing (its content policy forbids it), sets no cookie and stores nothing. Without script the
picture and the table still say everything about the map's own day.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from maps import patterns
from maps.civil import as_of
from maps.formats import svg, table_formats
from maps.regions import DATA

if TYPE_CHECKING:
    from maps.choropleth import Map

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def write(m: Map, frames: Mapping[str, Mapping[str, str]], notice: str) -> str:
    """The whole page. `frames` are checked values by ISO day; the map's own day joins them with its own values."""
    picture = svg.write(m.page)
    days = sorted({*frames, m.day.isoformat()}) if frames else []
    title = escape(m.page.title)
    parts = [
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{POLICY}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" '
        f'content="no-referrer"><title>{title}</title><style>{asset("embed.css")}</style></head><body><main>',
        f'<p class="notice">{escape(notice)}</p>' if notice else "",
        f'<figure><div class="map" tabindex="0" role="group" aria-label="Map: {title}" aria-describedby="hint">{picture}</div>',
        '<p id="hint" class="hint">Use the arrow keys on the map, or click, to read one region after another.</p>',
        '<p id="reading" role="status" aria-live="polite"></p>',
        slider(days, m),
        "</figure>",
        table(m),
        f'</main><script type="application/json" id="map-data">{payload(m, frames, days, picture)}</script>',
        f"<script>{asset('embed.js')}</script></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def asset(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def slider(days: list[str], m: Map) -> str:
    if not days:
        return ""
    day, said = m.day.isoformat(), m.content.day
    return (
        f'<div class="time"><label for="day">Day</label><input type="range" id="day" min="0" max="{len(days) - 1}" '
        f'step="1" value="{days.index(day)}" aria-valuetext="{said}"><output id="shown" for="day">{said}</output></div>'
    )


def table(m: Map) -> str:
    """The table twin, by name: what the picture says, in words."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Region", "Code", "Category", "Qualified", "Marks", "Note"))
    ordered = sorted(table_formats.rows(m), key=lambda row: (row["name"], row["code"]))
    body = "\n".join(table_row(row) for row in ordered)
    return (
        '<details open><summary>Table</summary><p class="filter"><label for="find">Find a region or a word</label> '
        f'<input type="search" id="find"></p><table><caption>{escape(m.page.title)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></details>"
    )


def table_row(row: dict[str, str]) -> str:
    said = [patterns.OVERLAY_LABELS[name] for name, column in table_formats.FLAGS.items() if row[column] == "yes"]
    if row["drawn"] == "no":
        said.append("not drawn")
    cells = (row["code"], row["label"], ", ".join(said), row["marks"], row["note"])
    return (
        f'<tr data-code="{escape(row["code"])}"><th scope="row">{escape(row["name"])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def payload(m: Map, frames: Mapping[str, Mapping[str, str]], days: list[str], picture: str) -> str:
    """What the script needs, as JSON that cannot close its own element."""
    prefix = picture.split('aria-labelledby="', 1)[1].split("-t ", 1)[0]
    codes = [row["code"] for row in table_formats.rows(m)]
    by_day: dict[str, Mapping[str, str]] = {m.day.isoformat(): m.content.values} | dict(frames)
    by_day[m.day.isoformat()] = m.content.values
    data: dict[str, Any] = {
        "day": m.day.isoformat(),
        "days": days,
        "said": {day: spoken(m, day) for day in days},
        "elsewhere": " (qualifiers and marks are shown for the map's own day only)",
        "paints": {c.key: look(c, prefix) for c in m.scale.categories},
        "frames": {day: {code: by_day[day].get(code, m.scale.missing) for code in codes} for day in days},
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")


def spoken(m: Map, day: str) -> str:
    return m.content.day if day == m.day.isoformat() else as_of(dt.date.fromisoformat(day))


def look(category: Any, prefix: str) -> dict[str, str]:
    tile = svg.tile_id(prefix, category.pattern, category.fill) if category.pattern != "none" else ""
    ink = patterns.ink_on(category.fill)
    return {"label": category.label, "fill": category.fill, "ink": ink, "tile": tile}
