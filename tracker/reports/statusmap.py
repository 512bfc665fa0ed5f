"""Maps of status from what `standing` says of each region: the codebook's scale, the marks, the notes and the three report maps.

GeoPandas is imported only when a map is asked for. No colour is decided here: fills and patterns are the codebook's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from maps import Category, Map, Mark, Scale, change_map, choropleth
from maps import regions as boundaries
from tracker.codebook import Codebook
from tracker.domain.vocabulary import Status
from tracker.history.places import all_places
from tracker.reports import coverage, standing
from tracker.reports.model import MapFacts, Masthead, Painted
from tracker.reports.terms import Terms
from tracker.workspace import Workspace

_FOOD = "Food, supplement or medicine law takes a position"
_LOCAL = "Local rules known, at least"
_BOUND = "Bound by law from above"
_WHERE = {"us": "United States", "world": "world", "us-counties": "US counties"}


@dataclass(frozen=True)
class Pictures:
    """The maps of an edition for one region and substance."""

    before: Map
    after: Map
    change: Map


def scale(codebook: Codebook) -> Scale:
    """The codebook's scale as the map maker takes it."""
    steps = tuple(Category(step.status.value, step.label, step.fill, step.code, step.pattern) for step in codebook.scale)
    return Scale("status", steps, Status.UNKNOWN.value)


def status_map(connection: Connection, workspace: Workspace, region: str, substance: str, day: date, known: datetime) -> Map:
    """The map of `region` (`us`, `world`, `us-counties`, `country:XX`) and `substance` about `day`, as held at `known`.

    Raises NotInCodebook for an unknown substance, `maps.UnknownRegion` for a region that cannot be drawn.
    """
    codebook = workspace.codebook
    found = codebook.substance(substance)
    seen = _seen(connection, codebook, day, known)
    shown = standing.painted(seen, standing.codes_of(seen.terms, region), found.code)
    title = f"{found.name}: legal status, {_where(region)}"
    said = f"as known at {known:%Y-%m-%d %H:%M} UTC; codebook {codebook.version}"
    return _draw(shown, codebook, region, title, day, said, _whole(seen, region, found.code))


def _whole(seen: standing.View, region: str, substance: str) -> str:
    """What holds for the country whose parts are painted: a map of parts would hide it."""
    country = "US" if region == "us" else region.removeprefix("country:")
    if country not in seen.terms.places:
        return ""
    (row,) = standing.painted(seen, [country], substance)
    researched = "" if row.verified or row.status == Status.UNKNOWN else ", researched, not verified"
    return f"{row.name} as a whole: {seen.terms.codebook.label(Status(row.status)).label}{researched}. The map paints each part's own law."


def regions(
    connection: Connection, codebook: Codebook, region: str, substance: str, day: date, known: datetime
) -> tuple[Painted, ...]:
    """What the map of `region` says of each of its units."""
    seen = _seen(connection, codebook, day, known)
    return standing.painted(seen, standing.codes_of(seen.terms, region), substance)


def _seen(connection: Connection, codebook: Codebook, day: date, known: datetime) -> standing.View:
    terms = Terms(codebook, all_places(connection))
    return standing.view(connection, terms, day, known, frozenset(coverage.stale(connection, terms, known)))


def pictures(facts: MapFacts, masthead: Masthead, codebook: Codebook) -> Pictures:
    """The map before, the map after and the map of what changed."""
    where = _where(facts.region)
    told = f"{facts.substance.label}, {where}"
    edition = f"{masthead.name}, as known at {masthead.known:%Y-%m-%d %H:%M} UTC; codebook {masthead.codebook_version}"
    after = {row.code: row.status for row in facts.after}
    before = after | {code: pair[0] for code, pair in facts.changed.items()}
    now = after | {code: pair[1] for code, pair in facts.changed.items()}
    return Pictures(
        _draw(facts.before, codebook, facts.region, f"Before: {told}", facts.before_day, edition),
        _draw(facts.after, codebook, facts.region, f"{facts.substance.label}: legal status, {where}", facts.day, edition),
        change_map(
            before,
            now,
            region=facts.region,
            scale=scale(codebook),
            title=f"What changed by law: {told}",
            since=facts.before_day,
            day=facts.day,
            source_line=_source(codebook),
            edition=edition,
        ),
    )


def _where(region: str) -> str:
    return _WHERE.get(region) or f"{boundaries.load(region).name}, states and provinces"


def _source(codebook: Codebook) -> str:
    return f"{codebook.subject} regulatory-status record; the evidence of every region is in the report and the table."


def _draw(
    shown: Sequence[Painted], codebook: Codebook, region: str, title: str, day: date, edition: str, remark: str = ""
) -> Map:
    return choropleth(
        {row.code: row.status for row in shown if row.status != Status.UNKNOWN},
        region=region,
        scale=scale(codebook),
        title=title,
        day=day,
        source_line=_source(codebook),
        edition=edition,
        marks=_marks(shown),
        hatched={row.code for row in shown if row.contested},
        dotted={row.code for row in shown if row.status != Status.UNKNOWN and not row.verified},
        stale={row.code for row in shown if row.stale},
        notes=_notes(shown, codebook),
        remark=remark,
    )


def _marks(shown: Sequence[Painted]) -> Mapping[str, Sequence[Mark]]:
    found: dict[str, list[Mark]] = {}
    for row in shown:
        marks = [Mark("diamond", _BOUND)] if row.binding else []
        marks += [Mark("triangle", _FOOD)] if row.food_law else []
        marks += [Mark("square", _LOCAL, row.local_known)] if row.local_known else []
        if marks:
            found[row.code] = marks
    return found


def _notes(shown: Sequence[Painted], codebook: Codebook) -> Mapping[str, str]:
    return {row.code: note for row in shown if (note := note_of(row, codebook))}


def note_of(row: Painted, codebook: Codebook) -> str:
    """What stands beside a region's status, in words."""
    parts = [row.terms] if row.terms else []
    if row.uncertain:
        parts.append("the day on which this began or ended is not known exactly")
    if row.contested:
        parts.append(f"contested: {row.contested}")
    if row.binding:
        parts.append(
            f"{codebook.label(Status(row.binding)).label.lower()} by the law of {codebook.jurisdiction(row.binding_from).name}"
        )
    if row.food_law:
        since = f", since {row.food_law_since}" if row.food_law_since else ""
        parts.append(f"general food law: {row.food_law.lower()}{since}")
    if row.local_known:
        parts.append(f"at least {row.local_known} local rule{'s' if row.local_known > 1 else ''} known")
    return "; ".join(parts)
