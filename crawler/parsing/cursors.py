"""Cursors: the days by which a publisher says what is new. None may pass the day on which its page was read.

Publishers write days far ahead (2099-12-31, next year for this one). A window that is counted back from such a day is empty, and
what it hides is missed in silence; so the day is named, and the list is read whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from crawler.contract.items import Remark


def seen_on(response: Response) -> date:
    """The day on which a page was captured, in UTC."""
    assert response.request is not None
    return datetime.fromisoformat(response.request.meta["captured_at"]).astimezone(UTC).date()


def ahead(days: Iterable[date], response: Response) -> Remark | None:
    """What to say of the days that lie after the one on which the page was captured; None where none does."""
    beyond = [day for day in days if day > seen_on(response)]
    return Remark(f"{max(beyond)} lies ahead: all of it is read, whatever its days") if beyond else None


def usable_validator(last_modified: str | None, captured_at: str) -> str | None:
    """A Last-Modified that may be sent back: one that lies ahead would make a server call everything unchanged until then."""
    try:
        day = parsedate_to_datetime(last_modified or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return last_modified
    return last_modified if day <= datetime.fromisoformat(captured_at) else None
