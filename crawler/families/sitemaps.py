"""Sitemaps and sitemap indexes (sitemaps.org): addresses, and when each last changed."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, one, optional, xml_of


def sitemap_entries(response: TextResponse, element: str) -> Iterator[tuple[str, str | None]]:
    """Address and `lastmod` of each entry of a sitemap or sitemap index."""
    root = xml_of(response)
    root.remove_namespaces()
    if root.root.tag not in ("urlset", "sitemapindex"):
        raise LayoutChanged(f"root <{root.root.tag}> of {response.url} is no sitemap")
    entries = root.xpath(f"./{element}")
    if not entries:
        raise EmptyAnswer(f"the sitemap {response.url} lists nothing")
    for entry in entries:
        changed = optional(entry, "./lastmod/text()")
        yield one(entry, "./loc/text()").get().strip(), changed.get().strip() if changed is not None else None
