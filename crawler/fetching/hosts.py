"""Where the crawler connects to: public addresses only, whatever a name resolves to."""

from __future__ import annotations

import ipaddress
import urllib.request
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.fetching.refusals import AddressRefused

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052)."""


class PrivateAddress(DNSLookupError, AddressRefused):
    """A host's name leads to a private, loopback or link-local address. Twisted takes it for a name without an address."""


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, which gives only public addresses, so that none other is ever connected to.

    The proxy that the operator named may be anywhere; the setting PRIVATE_ADDRESSES_ALLOWED lifts the rule.
    """

    private_allowed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """As Scrapy builds it."""
        made = super().from_crawler(crawler, reactor)
        made.private_allowed = crawler.settings.getbool("PRIVATE_ADDRESSES_ALLOWED")
        return made

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """The public address of a host; fails with PrivateAddress."""
        address = super().getHostByName(name, timeout)
        return address if self.private_allowed or name in _proxies() else address.addCallback(_public, name)


def _public(address: str, name: str) -> str:
    ip = _behind(ipaddress.ip_address(address))
    if not ip.is_global or ip.is_multicast:
        raise PrivateAddress(
            f"{name} resolves to {address}, which is no public address; see whether this machine's name service is right"
        )
    return address


def _behind(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an address of IPv6 leads to (mapped, 6to4, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    translated = ipaddress.IPv4Address(address.packed[-4:]) if address in _TRANSLATED else None
    return address.ipv4_mapped or address.sixtofour or translated or address


def _proxies() -> set[str]:
    return {urlsplit(url if "://" in url else f"//{url}").hostname or "" for url in urllib.request.getproxies().values()}
