"""What the crawler hands on: documents and events, and the closed vocabularies of outcome, kind and stage.

Standard library only, so that anything may import it. An item says what a page said and where that page is kept; it says
nothing about law. An unknown term, date key or malformed date is an error, never a default.

Items are the door through which everything crawled comes to be recorded and shown: each text passes `crawler.contract.characters` here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from crawler.contract.characters import plain, shortened
from crawler.contract.fields import (
    STEP,
    YEARS,
    InvalidItem,
    citable,
    civil,
    known_day,
    line,
    link_of,
    name_of,
    names_of,
    text_of,
    title_of,
)
from crawler.contract.patterns import pattern

T = TypeVar("T", bound=StrEnum)


class Outcome(StrEnum):
    """How one exchange with a source ended; only `OK` reaches parsing."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    EMPTY = "empty"
    BLOCKED = "blocked"
    SOFT_ERROR = "soft_error"
    GONE = "gone"
    LAYOUT_CHANGED = "layout_changed"
    PARSER_ERROR = "parser_error"
    FAILED = "failed"
    SKIPPED_NO_KEY = "skipped_no_key"
    ROBOTS_DENIED = "robots_denied"
    RATE_LIMITED = "rate_limited"
    NOT_IN_ARCHIVE = "not_in_archive"
    NO_NETWORK = "no_network"


class DocumentKind(StrEnum):
    """What sort of official paper a document is."""

    BILL = "bill"
    ENROLLED_ACT = "enrolled_act"
    ACT = "act"
    STATUTE = "statute"
    CODIFIED_LIST = "codified_list"
    AMENDING_DECREE = "amending_decree"
    PROPOSED_RULE = "proposed_rule"
    FINAL_RULE = "final_rule"
    EMERGENCY_RULE = "emergency_rule"
    NOTICE = "notice"
    ORDER = "order"
    COURT_DECISION = "court_decision"
    GAZETTE_ITEM = "gazette_item"
    STATUS_PAGE = "status_page"
    OTHER = "other"


class Stage(StrEnum):
    """Where a measure, a rule or a case stands, in that order."""

    PREFILED = "prefiled"
    INTRODUCED = "introduced"
    IN_COMMITTEE = "in_committee"
    PASSED_FIRST_CHAMBER = "passed_first_chamber"
    PASSED_BOTH_CHAMBERS = "passed_both_chambers"
    TO_EXECUTIVE = "to_executive"
    ENACTED = "enacted"
    VETOED = "vetoed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    CARRIED_OVER = "carried_over"
    PROPOSED_RULE = "proposed_rule"
    FINAL_RULE = "final_rule"
    EMERGENCY_RULE = "emergency_rule"
    NOTICE_OF_INTENT = "notice_of_intent"
    TEMPORARY_ORDER = "temporary_order"
    RULE_WITHDRAWN = "rule_withdrawn"
    FILED = "filed"
    TRO = "tro"
    INJUNCTION_GRANTED = "injunction_granted"
    INJUNCTION_DENIED = "injunction_denied"
    STAYED = "stayed"
    JUDGMENT = "judgment"
    APPEALED = "appealed"
    AFFIRMED = "affirmed"
    REVERSED = "reversed"
    SETTLED = "settled"


class EventKind(StrEnum):
    """What a calendar entry announces."""

    HEARING = "hearing"
    COMMENT_DEADLINE = "comment_deadline"
    SIGNATURE_DEADLINE = "signature_deadline"
    SESSION_START = "session_start"
    SESSION_END = "session_end"
    TAKES_EFFECT = "takes_effect"
    EXPIRES = "expires"
    MEASURE_STEP = "measure_step"


DATE_KEYS = frozenset(
    {
        "introduced",
        "published",
        "made",
        "enacted",
        "in_force",
        "applicable",
        "expires",
        "last_action",
        "consolidated_to",
    }
)
_DIGEST = pattern(r"sha256:[0-9a-f]{64}")


class RequestKey(NamedTuple):
    """What tells requests apart: method, key-free address, and the digest of the body without keys (empty for no body)."""

    method: str
    url: str
    digest: str


@dataclass(frozen=True)
class CaptureRef:
    """Identity of one archived response: method, key-free address, instant (ISO 8601, UTC) and digest of its payload.

    `request_digest` is that of the request's body without keys, empty where there was none.
    """

    method: str
    url: str
    captured_at: str
    payload_digest: str
    request_digest: str = ""

    def __post_init__(self) -> None:
        if not citable(self.url):
            raise InvalidItem(f"{self.url!r:.200} is no address that can be cited")
        instant = datetime.fromisoformat(self.captured_at)
        if instant.utcoffset() != timedelta(0):
            raise InvalidItem(f"captured_at {self.captured_at!r} of {self.url} is not an instant in UTC")
        if not _DIGEST.fullmatch(self.payload_digest):
            raise InvalidItem(f"payload_digest {self.payload_digest!r} of {self.url} is not sha256:<64 hex digits>")
        if self.request_digest and not _DIGEST.fullmatch(self.request_digest):
            raise InvalidItem(f"request_digest {self.request_digest!r} of {self.url} is not sha256:<64 hex digits>")


@dataclass(frozen=True)
class ActionItem:
    """One line of a measure's history; `stage` only where the source's own code table gives it."""

    on: str
    text: str
    stage: Stage | None = None

    def __post_init__(self) -> None:
        _fill(self, text=shortened(line(self.text, "a step"), STEP))
        known_day(self.on, f"the day of the step {self.text!r:.80}")


@dataclass(frozen=True, kw_only=True)
class DocumentItem:
    """An official document as one or more archived responses showed it.

    `text` is normalised plain text (see `crawler.parsing.text.plain_text`); a quote is found in it by character offsets.
    `measure` is the bill number as printed, `instrument` the key of the act that made the rule, `amends` the identifiers
    of what it changes. `dates` maps keys of `DATE_KEYS` to ISO civil dates, without those that stand for no known day. `captures` is
    stamped by the base spider.
    """

    source: str
    jurisdiction: str
    identifier: str
    kind: DocumentKind
    title: str
    official_url: str
    language: str
    text: str
    stage: Stage | None = None
    session: str | None = None
    measure: str | None = None
    instrument: str | None = None
    aliases: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[ActionItem, ...] = ()
    amends: tuple[str, ...] = ()
    captures: tuple[CaptureRef, ...] = ()
    item: str = field(default="document", init=False)

    def __post_init__(self) -> None:
        _fill(self, title=title_of(self.title), official_url=link_of(self.official_url))
        for name in ("identifier", "language", "session", "measure", "instrument"):
            _fill(self, **{name: name_of(getattr(self, name), name)})
        for name in ("aliases", "amends"):
            _fill(self, **{name: names_of(getattr(self, name), name)})
        _fill(self, text=plain(text_of(self.text, f"the text of {self.identifier}")), dates=self._known_dates())
        _filled(self, "source", "jurisdiction", "identifier", "title", "official_url", "language")
        _fill(self, kind=_term(DocumentKind, self.kind), stage=None if self.stage is None else _term(Stage, self.stage))

    def _known_dates(self) -> dict[str, str]:
        if unknown := sorted(self.dates.keys() - DATE_KEYS):
            raise InvalidItem(f"dates of {self.identifier} have the unknown key {unknown[0]!r}; known: {sorted(DATE_KEYS)}")
        days = {key: civil(value, f"dates[{key}] of {self.identifier}") for key, value in self.dates.items()}
        return {key: self.dates[key] for key, day in days.items() if day.year in YEARS}

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready copy; `item_from_dict` reads it back."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class EventItem:
    """A dated announcement: a hearing, the end of a comment period, a session's first or last day."""

    source: str
    jurisdiction: str
    kind: EventKind
    on: str
    title: str
    official_url: str
    measure: str | None = None
    captures: tuple[CaptureRef, ...] = ()
    item: str = field(default="event", init=False)

    def __post_init__(self) -> None:
        _fill(self, title=title_of(self.title), official_url=link_of(self.official_url), measure=name_of(self.measure, "measure"))
        _filled(self, "source", "jurisdiction", "title", "official_url")
        _fill(self, kind=_term(EventKind, self.kind))
        known_day(self.on, f"on of {self.title!r:.80}")

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready copy; `item_from_dict` reads it back."""
        return asdict(self)


Item = DocumentItem | EventItem


@dataclass(frozen=True)
class Remark:
    """What a run has to say of a page that it read, such as that a cursor lies ahead."""

    text: str


def item_from_dict(data: Mapping[str, Any]) -> Item:
    """The item that `to_dict` (or a line of `scrapy crawl -O items.jsonl`) wrote down; raises InvalidItem."""
    fields = {key: value for key, value in data.items() if key != "item"}
    fields["captures"] = tuple(CaptureRef(**capture) for capture in fields.get("captures", ()))
    if data.get("item") == "event":
        return EventItem(**fields)
    if data.get("item") != "document":
        raise InvalidItem(f"{data.get('item')!r} is no kind of item; known: document, event")
    fields["actions"] = tuple(_action(action) for action in fields.get("actions", ()))
    fields["aliases"], fields["amends"] = tuple(fields.get("aliases", ())), tuple(fields.get("amends", ()))
    return DocumentItem(**fields)


def _action(data: Mapping[str, Any]) -> ActionItem:
    stage = data.get("stage")
    return ActionItem(data["on"], data["text"], None if stage is None else _term(Stage, stage))


def _term(vocabulary: type[T], value: str) -> T:
    try:
        return vocabulary(value)
    except ValueError:
        raise InvalidItem(f"{value!r} is no {vocabulary.__name__}; known: {', '.join(vocabulary)}") from None


def _fill(item: object, **fields: object) -> None:
    """Set fields of a frozen item while it is made."""
    for name, value in fields.items():
        object.__setattr__(item, name, value)


def _filled(item: object, *names: str) -> None:
    for name in names:
        if not getattr(item, name):
            raise InvalidItem(f"{type(item).__name__} lacks {name}: {item!r:.200}")
