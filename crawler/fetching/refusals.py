"""Requests that are not sent, and why: each knows the outcome that it ends in."""

from __future__ import annotations

from typing import ClassVar

from scrapy.exceptions import IgnoreRequest

from crawler.contract.errors import CrawlerError
from crawler.contract.items import Outcome


class NotAsked(CrawlerError, IgnoreRequest):
    """A request that does not leave; the message says why and what to do."""

    outcome: ClassVar[Outcome] = Outcome.FAILED


class AddressRefused(NotAsked):
    """It may not leave; the message names the address and the remedy."""


class NoKey(NotAsked):
    """The source needs a key and its environment variable is not set."""

    outcome = Outcome.SKIPPED_NO_KEY


class SignInFailed(NotAsked):
    """The source did not give the token or cookie that goes with each request."""


class RobotsUnreadable(NotAsked):
    """The host answers, but not with its robots.txt: it is asked nothing until it does (RFC 9309 §2.3.1.4)."""

    outcome = Outcome.ROBOTS_DENIED


class RobotsUnanswered(NotAsked):
    """Nothing answered when robots.txt was asked for."""


class RateLimited(NotAsked):
    """The host asks to be left alone for longer than the source's time lasts."""

    outcome = Outcome.RATE_LIMITED
