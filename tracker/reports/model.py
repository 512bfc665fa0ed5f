"""What an edition says, as plain values: the one thing that every format is rendered from.

No row number, path, clock time or collation enters it. Labels stand beside terms, so that the JSON reads by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from tracker.atlas.changes import MapChanges
from tracker.atlas.rows import StatusCount
from tracker.history.words import Headline, Link, PlaceLabel, Term
from tracker.store.mapping import rows


@dataclass(frozen=True, slots=True)
class Capture:
    """An archived response: when it was received, the digest of its payload, and its address."""

    captured_at: datetime
    digest: str
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement behind an item. `says` is its conduct and effect, or what sort of statement it is."""

    kind: str
    says: str
    citation: str
    instrument: str
    title: str
    pinpoint: str
    authority: str
    made_on: date | None
    published_on: date | None
    in_force_on: date | None
    quote: str
    links: tuple[Link, ...]
    capture: Capture | None
    coder: str
    reviewer: str
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class Item:
    """One change of a status. `day` to `latest` is when it takes effect, `until` to `until_latest` when what follows it begins.

    `overtaken`: our record of that day moved again before the cut-off. `new`: first said in this period. `counted`: the bottom line
    and the change map count it.
    """

    id: str
    kind: Term
    significance: Term
    cause: str
    place: PlaceLabel
    substance: Term
    before: Headline
    after: Headline
    day: date | None
    latest: date | None
    until: date | None
    until_latest: date | None
    date_basis: str
    days_to_go: int | None
    found_late: int | None
    recorded_at: datetime
    derived: bool
    retrospective: bool
    overtaken: bool
    new: bool
    counted: bool
    confidence: Term
    verified: bool
    contested: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class RuleOnHold:
    """A rule on hold at the cut-off, and who put it there."""

    place: PlaceLabel
    substance: Term
    day: date | None
    until: date | None
    target: Evidence
    by: Evidence


@dataclass(frozen=True, slots=True)
class Coming:
    """Something dated that lies ahead of the cut-off, or a measure that may move any day (`day` None).

    `unlinked` names the host of an address that is not shown because its type is unknown. `researched`: it follows from research
    that nobody has verified.
    """

    kind: Term
    place: PlaceLabel
    substance: Term | None
    title: str
    day: date | None
    latest: date | None
    days_to_go: int | None
    url: str
    link_type: str
    source: str
    researched: bool = False
    unlinked: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A measure, rule making or case that moved. `days_old` is the time from its own day to our record; `unlinked` as in `Coming`.

    `detail` says which days a correction moves.
    """

    id: str
    kind: Term
    place: PlaceLabel
    measure: str
    title: str
    substances: tuple[str, ...]
    before: Term | None
    after: Term
    day: date | None
    latest: date | None
    days_old: int | None
    recorded_at: datetime
    url: str
    link_type: str
    unlinked: str
    source: str
    detail: str
    capture: Capture | None


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A change of a source or document that has no legal effect by itself."""

    id: str
    kind: Term
    place: PlaceLabel | None
    source: str
    name: str
    url: str
    day: date | None
    recorded_at: datetime
    before: str
    after: str
    detail: str


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source that is crawled, as known at the cut-off. `state` is unchanged, changed, unreachable or not_checked in the period;
    `reason` says of the newest run what was not observed.
    """

    key: str
    name: str
    publisher: str
    place: PlaceLabel
    official: bool
    cadence_hours: int | None
    last_run_at: datetime | None
    last_ok_at: datetime | None
    verdict: str
    reason: str
    outcomes: Mapping[str, int]
    new_versions: int
    state: str
    working: bool


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole` in one group of jurisdictions."""

    group: str
    label: str
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Coverage:
    sources: tuple[SourceState, ...]
    checked: int
    unchanged: int
    changed: int
    unreachable: int
    not_checked: int
    oldest_good_check: datetime | None
    oldest_good_source: str
    watched: tuple[Share, ...]
    watched_codes: tuple[str, ...]
    check_due: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was first recorded in the period: changes by group of jurisdictions, statements by kind; and what was only confirmed."""

    changes: Mapping[str, int]
    jurisdictions: Mapping[str, int]
    statements: Mapping[str, int]
    first_recorded: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Masthead:
    """`name` names the edition; `known` is K; versions are those of the record at K, but for the program's."""

    name: str
    subject: str
    kind: str
    period: str
    words: str
    start: date
    last: date
    zone: str
    known: datetime
    cut_off_day: date
    open: bool
    retrospective: bool
    first: bool
    record_began: datetime
    program_version: str
    codebook_version: str
    rule_version: str
    record_seal: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The five numbers of the bottom line."""

    in_force: int
    enacted_for_later: int
    corrected: int
    first_recorded: int
    could_change: int


@dataclass(frozen=True, slots=True)
class BottomLine:
    sentences: tuple[str, ...]
    numbers: Numbers
    watched: str


@dataclass(frozen=True, slots=True)
class Edition:
    """All of it, section by section (DESIGN §8)."""

    masthead: Masthead
    bottom_line: BottomLine
    in_force: tuple[Item, ...]
    enacted: tuple[Item, ...]
    sunsets: tuple[Item, ...]
    stays: tuple[RuleOnHold, ...]
    to_check: tuple[Item, ...]
    corrections: tuple[Item, ...]
    method_changes: tuple[Item, ...]
    could_change: tuple[Coming, ...]
    actions: tuple[Step, ...]
    older_steps: int
    source_notes: tuple[SourceNote, ...]
    coverage: Coverage
    calendar: tuple[Coming, ...]
    loaded: Loaded
    standing: tuple[StatusCount, ...]
    maps: tuple[MapChanges, ...]
    definitions: Mapping[str, Mapping[str, str]]


def json_value(value: Any) -> Any:
    """What JSON shows of a value of the above that it does not know: days as `2026-11-22`, instants in UTC."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return rows.plain(value)
