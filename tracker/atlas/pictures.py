"""Maps of status as pictures: the codebook's scale, the marks, the notes, and the three maps of a period.

GeoPandas is imported only when a map is asked for. No colour is decided here: fills and patterns are the codebook's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import Connection

from maps import Category, Map, Mark, Scale, change_map, choropleth
from maps import regions as boundaries
from tracker.atlas import rows
from tracker.atlas.changes import MapChanges
from tracker.atlas.rows import DayView, MapRow
from tracker.codebook import Codebook
from tracker.domain.vocabulary import Status
from tracker.history import period, sources
from tracker.history.places import all_places
from tracker.history.words import Labels

_FOOD = "Food, supplement or medicine law takes a position"
_LOCAL = "Local rules known, at least"
_BOUND = "Bound by law from above"
_NAMES = {"us": "United States", "world": "world", "us-counties": "US counties"}


class Frame(TypedDict):
    """What the pictures of one edition and region have in common."""

    region: str
    scale: Scale
    source_line: str
    edition: str


@dataclass(frozen=True)
class Pictures:
    """The maps of a period for one region and substance."""

    before: Map
    after: Map
    change: Map


def scale(codebook: Codebook) -> Scale:
    """The codebook's scale as the map maker takes it."""
    steps = tuple(Category(step.status.value, step.label, step.fill, step.code, step.pattern) for step in codebook.scale)
    return Scale("status", steps, Status.UNKNOWN.value)


def view(connection: Connection, codebook: Codebook, day: date, known: datetime) -> DayView:
    """All that can be painted of `day`, as held at `known`."""
    labels = Labels(codebook, all_places(connection))
    stale = rows.not_checked_recently(sources.crawled(connection, known), labels.places)
    return DayView(labels, period.of_day(connection, day, known), stale)


@dataclass(frozen=True)
class Plan:
    """All that a map is drawn from. Nothing is drawn yet, and no boundaries are read."""

    region: str
    scale: Scale
    title: str
    day: date
    values: Mapping[str, str]
    marks: Mapping[str, Sequence[Mark]]
    hatched: Collection[str]
    dotted: Collection[str]
    stale: Collection[str]
    notes: Mapping[str, str]
    remark: str
    source_line: str
    edition: str

    def draw(self) -> Map:
        """The map; raises `maps.UnknownRegion` for a region that cannot be drawn."""
        return choropleth(**vars(self))

    def digest(self, version: str) -> str:
        """Names what this map shows, drawn by a `version` of the program; not the instant that is printed as its edition."""
        shown = {name: value for name, value in vars(self).items() if name != "edition"}
        return hashlib.sha256(json.dumps([version, shown], default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, Set) else repr(value)


def of_day(connection: Connection, codebook: Codebook, region: str, substance: str, day: date, known: datetime) -> Map:
    """The map of `region` (`us`, `world`, `us-counties`, `country:XX`) and `substance` about `day`, as held at `known`.

    Raises NotInCodebook for an unknown substance, `maps.UnknownRegion` for a region that cannot be drawn.
    """
    return plan_of_day(connection, codebook, region, substance, day, known).draw()


def plan_of_day(connection: Connection, codebook: Codebook, region: str, substance: str, day: date, known: datetime) -> Plan:
    """What the map of `of_day` is drawn from. Raises NotInCodebook for an unknown substance."""
    product = codebook.substance(substance)
    painter = _Painter(codebook, region, f"as known at {known:%Y-%m-%d %H:%M} UTC; codebook {codebook.version}")
    seen = view(connection, codebook, day, known)
    shown = rows.map_rows(seen, rows.region_codes(seen.labels.places, region), product.code)
    return painter.plan(shown, f"{product.name}: legal status, {_name(region)}", day, _whole(seen, region, product.code))


def of_period(changes: MapChanges, codebook: Codebook, edition: str) -> Pictures:
    """The map before, the map after and the map of what changed; `edition` is printed in each."""
    painter, name = _Painter(codebook, changes.region, edition), _name(changes.region)
    subject = f"{changes.substance.label}, {name}"
    return Pictures(
        painter.plan(changes.before, f"Before: {subject}", changes.before_day).draw(),
        painter.plan(changes.after, f"{changes.substance.label}: legal status, {name}", changes.day).draw(),
        painter.changes(changes, f"What changed by law: {subject}"),
    )


def _name(region: str) -> str:
    return _NAMES.get(region) or f"{boundaries.load(region).name}, states and provinces"


def _whole(seen: DayView, region: str, substance: str) -> str:
    """What holds for the country whose parts are painted: a map of parts would hide it."""
    country = rows.country(region)
    if country not in seen.labels.places:
        return ""
    (row,) = rows.map_rows(seen, [country], substance)
    researched = "" if row.verified or row.status == Status.UNKNOWN else ", researched, not verified"
    label = seen.labels.term(Status(row.status)).label
    return f"{row.name} as a whole: {label}{researched}. The map paints each part's own law."


@dataclass(frozen=True)
class _Painter:
    """Draws a region with the codebook's scale; `edition` is printed in each picture."""

    codebook: Codebook
    region: str
    edition: str

    def plan(self, shown: Sequence[MapRow], title: str, day: date, remark: str = "") -> Plan:
        """What each region's row says of `day`; `remark` stands under the legend."""
        return Plan(
            # Without a value the map maker paints a region as missing, and says so in words too.
            values={row.code: row.status for row in shown if row.status != Status.UNKNOWN},
            title=title,
            day=day,
            marks=_marks(shown),
            hatched={row.code for row in shown if row.contested},
            dotted={row.code for row in shown if row.status != Status.UNKNOWN and not row.verified},
            stale={row.code for row in shown if row.stale},
            notes={row.code: note for row in shown if (note := rows.note(row, self.codebook))},
            remark=remark,
            **self._frame(),
        )

    def changes(self, changes: MapChanges, title: str) -> Map:
        """Only the regions that a counted change of law moved."""
        # Both maps start from the later one: a region that moved without a counted change would else be marked as changed by law.
        after = {row.code: row.status for row in changes.after}
        return change_map(
            after | {code: pair[0] for code, pair in changes.changed.items()},
            after | {code: pair[1] for code, pair in changes.changed.items()},
            title=title,
            since=changes.before_day,
            day=changes.day,
            **self._frame(),
        )

    def _frame(self) -> Frame:
        source = f"{self.codebook.subject} regulatory-status record; the evidence of every region is in the report and the table."
        return {"region": self.region, "scale": scale(self.codebook), "source_line": source, "edition": self.edition}


def _marks(shown: Sequence[MapRow]) -> Mapping[str, Sequence[Mark]]:
    marks_of: dict[str, list[Mark]] = {}
    for row in shown:
        marks = [Mark("diamond", _BOUND)] if row.binding else []
        marks += [Mark("triangle", _FOOD)] if row.food_law else []
        marks += [Mark("square", _LOCAL, row.local_known)] if row.local_known else []
        if marks:
            marks_of[row.code] = marks
    return marks_of
