"""Sources on the loopback interface that stand in for Finland's watched list; crawled by the program's own processes.

`python -m tests.tracker.pipeline.quietspider --sources quiet …` is `crawler.fetching.process` with these sources. The environment
variable QUIET_HOSTS says where their servers listen. Its pages are HTML with one heading and a paragraph `end`, without which they are cut.
"""

import asyncio
import os
import sys
import time
from typing import ClassVar
from unittest import mock
from urllib.parse import urlsplit

from crawler import registry, settings
from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import DocumentKind
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import Source, SourceKind
from crawler.families.base import SourceSpider
from crawler.fetching import process
from crawler.parsing.selecting import one
from crawler.parsing.text import plain_text

LIST, DECREE = "1130/2014", "166/2016"
ELI = "http://data.finlex.fi/eli/sd/2014/1130"


def spiders(host: str, slow_host: str, dead_host: str) -> dict[str, type[SourceSpider]]:
    """The sources of a server: `quiet`, and `stuck`, whose parser never returns; `slow` and `dead` stand elsewhere."""

    over: list[str] = []

    class Quiet(SourceSpider):
        """The list and the decree that put an entry into it."""

        facts = _facts("quiet", host, ("/list", "/decree"))
        custom_settings: ClassVar = {"AUTOTHROTTLE_ENABLED": False}

        def lists(self):
            yield self.get(f"{host}/list")
            yield self.get(f"{host}/decree")

        def closed(self, reason):
            over.append(self.name)

        def parse_page(self, response):
            is_list = response.url.endswith("/list")
            yield self.document(
                identifier=f"{LIST} ajantasa" if is_list else DECREE,
                kind=DocumentKind.CODIFIED_LIST if is_list else DocumentKind.AMENDING_DECREE,
                title=one(response, "//h1/text()").get(),
                official_url=response.url,
                text=plain_text(one(response, "//p[@id='end']/..")),
                instrument=ELI if is_list else "http://data.finlex.fi/eli/sd/2016/166",
                dates={"consolidated_to": "2026-01-01"} if is_list else {"made": "2016-03-10", "in_force": "2016-04-01"},
                amends=() if is_list else (LIST,),
            )

    class Stuck(SourceSpider):
        """A source that blocks the whole process, once `quiet` has ended."""

        facts = _facts("stuck", host, ("/hang",))
        custom_settings: ClassVar = {"AUTOTHROTTLE_ENABLED": False}

        async def start(self):
            while not over:
                await asyncio.sleep(0.1)
            yield self.get(f"{host}/hang")

        def parse_page(self, response):
            time.sleep(600)
            yield from ()

    class Slow(Quiet):
        """A source that lets us wait for its second answer."""

        facts = _facts("slow", slow_host, ("/list", "/wait"))

        def lists(self):
            yield self.get(f"{slow_host}/list")
            yield self.get(f"{slow_host}/wait")

    class Dead(Quiet):
        """A source at whose address nobody listens."""

        facts = _facts("dead", dead_host, ("/list",))

        def lists(self):
            yield self.get(f"{dead_host}/list")

    return {"dead": Dead, "quiet": Quiet, "slow": Slow, "stuck": Stuck}


def _facts(key: str, host: str, paths: tuple[str, ...]) -> Source:
    return Source(
        key=key,
        jurisdictions=("FI",),
        publisher="nobody",
        name="a list on this machine",
        official=True,
        kind=SourceKind.LEGISLATION,
        url=host + paths[0],
        hosts=(Host(urlsplit(host).netloc, LinkType.OFFICIAL, delay=0, robots=False, http=True),),
        languages=("fi",),
        cadence_hours=24,
        licence="none",
        floor=len(paths),
        ceiling=9,
        routes=tuple(
            Route(Role.LIST if path == "/list" else Role.DETAIL, "GET", host + path, "parse_page", Body.HTML) for path in paths
        ),
    )


if __name__ == "__main__":
    settings.PRIVATE_ADDRESSES_ALLOWED = True
    with mock.patch.object(registry, "spider_classes", return_value=spiders(*os.environ["QUIET_HOSTS"].split())):
        sys.exit(process.main())
