"""How one exchange with a source ended, as it is written down by the crawl and taken in by the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.contract.characters import one_line, shortened
from crawler.contract.items import CaptureRef, Outcome, RequestKey
from crawler.contract.routes import Role

CUT_OFF_BEFORE = "the run was cut off before it was asked"
"""The reason of a request that a run had still before it when it was cut off."""
_REASON = 500
"""Characters after which a reason is cut; it may quote a page."""


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """How one exchange ended. `source` and `outcome` are None where no route claims the address (`unrouted`).

    `redirected_from` is the address that was asked where another answered. `role` is that of the route of what was asked, `first` says that the run began with it and found it on no page. `normal`: the route
    calls the outcome a normal answer, though nothing was read. `asks` counts the requests that the page led to, `left_out` what
    could not be taken of an answer that was otherwise read, `unread` the records among that; `reason` names it. `remarks` is what else there is to say of a page that was read.
    `request_digest` is that of the request's body without keys. `parse_key` names parser version and search terms (see `crawler.fetching.memory`); `capture` is None where nothing was answered.
    """

    source: str | None
    method: str
    url: str
    outcome: Outcome | None
    reason: str | None = None
    redirected_from: str | None = None
    role: Role | None = None
    first: bool = False
    normal: bool = False
    status: int | None = None
    items: int = 0
    asks: int = 0
    left_out: int = 0
    unread: int = 0
    remarks: tuple[str, ...] = ()
    capture: CaptureRef | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    parse_key: str | None = None
    request_digest: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", self.reason and _shown(self.reason))
        object.__setattr__(self, "remarks", tuple(map(_shown, self.remarks)))
        for name in ("etag", "last_modified"):
            if not (getattr(self, name) or "").isprintable():
                object.__setattr__(self, name, None)  # what cannot be sent back is no validator

    @property
    def usable(self) -> bool:
        """Whether it is an answer that says what was asked."""
        return self.normal or self.outcome in (Outcome.OK, Outcome.NOT_MODIFIED)

    @property
    def asked(self) -> RequestKey:
        """What tells apart the request that it ended."""
        return RequestKey(self.method, self.redirected_from or self.url, self.request_digest)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready copy; `fetch_from_dict` reads it back."""
        return vars(self) | {"capture": self.capture and vars(self.capture)}


def fetch_from_dict(data: Mapping[str, Any]) -> Fetch:
    """The fetch that `to_dict` wrote down."""
    capture, outcome, role = (data.get(name) for name in ("capture", "outcome", "role"))
    read = {
        "capture": capture and CaptureRef(**capture),
        "outcome": outcome and Outcome(outcome),
        "role": role and Role(role),
        "remarks": tuple(data.get("remarks", ())),
    }
    return Fetch(**{**data, **read})


def not_reached(source: str, asked: Mapping[RequestKey, Role | None], fetches: Iterable[Fetch]) -> list[Fetch]:
    """What a run that was cut off had still before it, in the order in which it would have been asked."""
    ended = {fetch.asked for fetch in fetches}
    return [
        Fetch(
            source=source,
            method=key.method,
            url=key.url,
            request_digest=key.digest,
            outcome=Outcome.FAILED,
            reason=CUT_OFF_BEFORE,
            role=role,
        )
        for key, role in asked.items()
        if key not in ended
    ]


def _shown(reason: str) -> str:
    return shortened(one_line(reason), _REASON)
