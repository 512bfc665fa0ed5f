"""What the views for analysts and their columns mean, where the tables below do not say it already.

A column of a view that stands here under no name of its own has the meaning of the column of that name in the first of `tables` that
holds one. `tracker.store.schema.dictionary` puts both together and refuses a column without a meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds; a `day` is a civil date, an `instant` is UTC."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or view."""

    name: str
    kind: Kind
    meaning: str
    example: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What a view shows, the tables whose words its columns keep, and the columns that need words of their own."""

    meaning: str
    tables: tuple[str, ...] = ()
    own: Mapping[str, Column] = field(default_factory=dict)


def _view(meaning: str, tables: tuple[str, ...], *own: Column) -> View:
    return View(meaning, tables, {column.name: column for column in own})


def _text(name: str, meaning: str, example: str) -> Column:
    return Column(name, Kind.TEXT, meaning, example)


def _instant(name: str, meaning: str) -> Column:
    return Column(name, Kind.INSTANT, meaning, "2026-11-22T09:00:00Z")


def _day(name: str, meaning: str, example: str = "2027-01-01") -> Column:
    return Column(name, Kind.DAY, meaning, example)


def _true(name: str, meaning: str) -> Column:
    return Column(name, Kind.BOOLEAN, meaning, "true")


_NAME = _text("jurisdiction_name", "name of the jurisdiction in English", "Kentucky")
_CHECKED = _instant(
    "last_checked_at",
    "end of the last healthy or accepted live run of an official source of the jurisdiction; NULL: none yet",
)
_COMPONENTS = _text("components", "what a regulation asks for, comma separated", "age,label")
_BASIS = _text(
    "date_basis", "what the dates say: in_force, applicable, adopted, published, enforcement_seen, computed, inferred", "in_force"
)
_ROW = ("status_version", "jurisdiction")
_RULE = ("provision_version", "provision")
_LIMITS = _text("limits", "caps of the rule: analyte, value, unit, per what; joined by ;", "{concentrate} 2 % of_alkaloids")
_ACT = _text("instrument_title", "title of the act", "HB 293 (2024)")
_VERSION = Column("provision_version", Kind.INTEGER, "row number of the rule's version", "17")
_HAPPENS = (
    _day("happens_on", "first possible day of the event; NULL in no row"),
    _day("happens_on_latest", "last possible day of the event; equals happens_on where the day is known"),
    _text(
        "kind",
        "takes_effect, expires, stayed, stay_lifted, check_due (a finding or summary runs out), measure_takes_effect, "
        "session_start, session_end, or the kind of an announced event: hearing, comment_deadline, signature_deadline",
        "takes_effect",
    ),
    _text("jurisdiction", "where", "US-KY"),
    _text("substance", "of what; NULL where it concerns none", "{product}"),
    _text("title", "status from that day on, or what happens", "sale_prohibited"),
    _text("url", "link to the evidence or official page", "https://apps.legislature.ky.gov/record/26RS/hb757.html"),
)

VIEWS: dict[str, View] = {
    "status_current": _view(
        "What we hold now about today (the server's date in UTC), one row for every jurisdiction and substance; `unknown` where "
        "nothing is known.",
        _ROW,
        _NAME,
        _CHECKED,
        _COMPONENTS,
        _BASIS,
        _day(
            "headline_since",
            "first possible day of the unbroken run of this status, whatever its terms; NULL: not known, or nothing is",
            "2025-08-13",
        ),
        _day(
            "headline_since_latest", "last possible day of the same; equals headline_since where the day is known", "2025-08-13"
        ),
    ),
    "status_history": _view(
        "Every version of every status row ever held, in both clocks. As of day D and instant K: valid_from <= D < valid_to and "
        "recorded_from <= K < recorded_to, NULL meaning an open end.",
        (*_ROW, "belief"),
        _NAME,
        _CHECKED,
        _COMPONENTS,
        _BASIS,
    ),
    "status_effective": _view(
        "The own status of a jurisdiction beside what binds it from above, for today.",
        _ROW,
        _text("own_status", "headline that the jurisdiction's own law gives", "unknown"),
        _text("binding_status", "strongest headline that binds it from above; empty: none", "banned"),
        _text("binding_from", "jurisdiction from which that comes", "US"),
        _text("effective_status", "the higher of the two in display precedence", "banned"),
        Column(
            "local_known",
            Kind.INTEGER,
            "counties and places below it that are known to have a rule of their own: at least so many",
            "4",
            "jurisdictions",
        ),
    ),
    "provision_current": _view(
        "The coded rules in force today, with every field.",
        _RULE,
        _LIMITS,
        _ACT,
        _VERSION,
        _true("standing", "whether today's status row follows from it; false where it is replaced, stayed or ended"),
    ),
    "provision_history": _view(
        "Every version of every coded rule ever held, in both clocks.", (*_RULE, "belief"), _LIMITS, _ACT, _VERSION
    ),
    "status_by_conduct": _view(
        "One row for every jurisdiction, substance and conduct of today, with the coded rule or the reason why there is none.",
        _RULE,
        _LIMITS,
        _text(
            "missing_reason",
            "why no rule is coded: not_researched, not_found, contested or not_applicable; empty where one is",
            "not_researched",
        ),
    ),
    "measure_current": _view("Bills, rule makings and cases, with the stage that they have reached.", ("measure",)),
    "measure_timeline": _view(
        "The steps of every measure, in the words of the source.",
        ("measure_action", "measure", "capture"),
        _text(
            "capture_url", "address of the archived response that says so", "https://www.govinfo.gov/bulkdata/BILLSTATUS/119/hr"
        ),
    ),
    "calendar": _view("What happens on a day, past and to come: law, announced events, measures, sessions.", (), *_HAPPENS),
    "upcoming": _view("The calendar from today (the server's date in UTC) on.", (), *_HAPPENS),
    "change_log": _view(
        "Every change, stored or derived. A derived one is brought by the day alone, with nothing written; a retrospective one came "
        "before our record began.",
        ("change_boundary", "status_version"),
        _text("id", "the same for every reader: `c` and the stored row, or a digest", "c17"),
        _instant("recorded_at", "when it was recorded; of a derived change: when its day came"),
        _text("cause", "law, record, method or research; empty for derived changes, measures and sources", "law"),
        _text("jurisdiction", "where", "US-KY"),
        _text("substance", "of what; NULL for measures and sources", "{product}"),
        _day("takes_effect_on", "first possible day on which the difference begins; NULL: the open past"),
        _day("takes_effect_latest", "last possible day of takes_effect_on"),
        _true("retrospective", "its day came before our first belief"),
        _true("derived", "brought by the day alone, with nothing written"),
        _text("instrument", "act that makes the new row; of a measure: session and identifier", "US-KY Acts 2026 ch. 161"),
    ),
    "coverage": _view(
        "The sources that a spider asks, with their last runs.",
        ("crawl_run", "source"),
        _text("source", "key of the source", "us_ecfr"),
        _instant("last_run_at", "beginning of the last live run; NULL: never run"),
        _instant("last_ok_at", "end of the last live run that was healthy or accepted; NULL: none yet"),
        _text("verdict", "verdict of the last live run, or `never run`", "healthy"),
        _true("overdue", "no healthy or accepted run within the source's own cadence"),
        _true(
            "works",
            "the newest run is healthy, accepted or partial, within seven days or its cadence, and a whole one within thirty",
        ),
        _day("verified_live", "last day on which a person saw it work live", "2026-11-20"),
    ),
    "evidence": _view(
        "Quotes of coded rules and where they stand in the archive.",
        ("provision_version", "provision", "capture"),
        _VERSION,
        _text("capture_digest", "sha256 of the archived payload", "sha256:9f86…"),
        _text("url", "address of the capture, else the cited link", "https://www.ecfr.gov/current/title-21"),
        _text("link_type", "official where a declared official source was captured, else the type of the cited link", "official"),
    ),
}
