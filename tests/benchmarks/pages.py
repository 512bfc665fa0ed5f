"""A site of pages on the loopback interface, and the source that reads it, for `pipeline`.

`python -m tests.benchmarks.pages` serves: `/N/` lists N pages, `/N/1` to `/N/N` are these, each some 9 kB of HTML, every twentieth of
which names the subject. They bear an ETag and answer 304; the same under `/N/plain/` bear none. The port is printed.
"""

from __future__ import annotations

import asyncio
import re
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import DocumentKind
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import Source, SourceKind
from crawler.families.base import Parsed, SourceSpider
from crawler.parsing.selecting import at_least, one
from crawler.parsing.text import plain_text

EVERY = 20
"""One page of so many names the subject."""

_MATTER = (
    "The department shall keep a register of licensed premises and shall inspect each of them once a year, and the holder of "
    "a licence shall pay a fee that the department sets by rule and that covers the cost of inspection and of no other matter."
)
_NAMING = "Section 2. A person may not sell or give a kratom product to an individual who is under 21 years of age."


def page(number: int) -> bytes:
    """The page of a bill."""
    rows = "".join(f"<p>Section {n}. <b>{n}</b> {_MATTER} ({number})</p>" for n in range(3, 33))
    own = _NAMING if number % EVERY == 0 else _MATTER
    head = f"<title>Bill {number}</title>"
    body = f"<h1>House Bill {number}</h1><div id='text'><p>Be it enacted by the Legislature:</p><p>{own}</p>{rows}</div>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def index(count: int) -> bytes:
    """The page that lists the others."""
    links = "".join(f'<li><a href="{number}">House Bill {number}</a></li>' for number in range(1, count + 1))
    return f"<!DOCTYPE html><html><head><title>Bills</title></head><body><ul>{links}</ul></body></html>".encode()


def facts(address: str, count: int) -> Source:
    """The source of pages under an address."""
    return Source(
        key="pages",
        jurisdictions=("US-AL",),
        publisher="nobody",
        name="pages on this machine",
        official=True,
        kind=SourceKind.LEGISLATURE,
        url=address,
        hosts=(Host(urlsplit(address).netloc, LinkType.OFFICIAL, delay=0, robots=False, http=True),),
        languages=("en",),
        cadence_hours=24,
        licence="none",
        floor=count,
        ceiling=count + 1,
        routes=(
            Route(Role.LIST, "GET", re.escape(address), "parse_list", Body.HTML),
            Route(Role.DETAIL, "GET", re.escape(address) + r"\d+", "parse_page", Body.HTML),
        ),
    )


def spider(address: str, count: int) -> type[SourceSpider]:
    """The spider of pages under an address: a document for each page that names a search term."""

    class Pages(SourceSpider):
        """Reads a list and its pages."""

        facts = facts(address, count)
        custom_settings: ClassVar = PACE

        def parse_list(self, response) -> Parsed:
            yield from (self.get(response.urljoin(link.get())) for link in at_least(1, response, "//a/@href"))

        def parse_page(self, response) -> Parsed:
            title = one(response, "//h1/text()").get()
            text = plain_text(one(response, "//div[@id='text']"))
            if self.matches(text):
                yield self.document(
                    identifier=title,
                    kind=DocumentKind.BILL,
                    title=title,
                    official_url=response.url,
                    text=text,
                    session="2026rs",
                    measure=title,
                )

    return Pages


PACE = {"AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "LOG_LEVEL": "ERROR"}


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers one connection for as long as it is open."""
    while request := await reader.readuntil(b"\r\n\r\n"):
        path = request.split(b" ", 2)[1].decode().strip("/").split("/")
        count, name = int(path[0]), path[-1]
        body = page(int(name)) if len(path) > 1 and name.isdigit() else index(count)
        tag = b"" if "plain" in path else b'ETag: "1"\r\n'
        unchanged = tag and b"\r\nif-none-match: " in request.lower()
        status, body = (b"304 Not Modified", b"") if unchanged else (b"200 OK", body)
        length = b"" if unchanged else b"Content-Length: %d\r\n" % len(body)
        writer.write(b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n%s%s\r\n%s" % (status, tag, length, body))
        await writer.drain()


async def _served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await _answer(reader, writer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve() -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(_served, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
