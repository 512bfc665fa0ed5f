"""A source on the loopback interface, crawled in a process of its own by `test_crawl.py`.

python -m tests.crawler.localspider ADDRESS OUT ARCHIVE SETTINGS_JSON PATH...
"""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import DocumentKind
from crawler.contract.routes import Body, Role, Route
from crawler.contract.sign_in import Key, OAuthClient, Place, SessionCookie, Token
from crawler.contract.source import Source, SourceKind
from crawler.families.base import SourceSpider
from crawler.fetching.memory import FileMemory
from crawler.fetching.process import crawl
from crawler.parsing.selecting import at_least, json_of, one

HOST = sys.argv[1] if __name__ == "__main__" else "http://127.0.0.1:0"
PATHS = sys.argv[5:] if __name__ == "__main__" else []
SETTINGS = json.loads(sys.argv[4]) if __name__ == "__main__" else {}
SIGN_IN = {
    "query": Key(Place.QUERY, "api_key", "LOCAL_KEY"),
    "header": Key(Place.HEADER, "X-Api-Key", "LOCAL_KEY", prefix="Token "),
    "path": Key(Place.PATH, "KEY", "LOCAL_KEY"),
    "oauth": OAuthClient(HOST + "/oauth/token", "LOCAL_ID", "LOCAL_KEY", scope="bills"),
    "cookie": SessionCookie(HOST + "/session"),
    "posted cookie": SessionCookie(HOST + "/session", body="session=130"),
    "token": Token(HOST + "/token?key={LOCAL_KEY}", pattern='"(.+)"', lasts=300),
}


class LocalSpider(SourceSpider):
    """Reads pages of one heading."""

    facts = Source(
        key="local",
        jurisdictions=("ZZ",),
        publisher="nobody",
        name="a page on this machine",
        official=False,
        kind=SourceKind.LOCAL,
        url=HOST,
        hosts=(Host(urlsplit(HOST).netloc, LinkType.PRESS, delay=SETTINGS.pop("DELAY", 0), http=True),),
        languages=("en",),
        cadence_hours=24,
        licence="none",
        sign_in=SIGN_IN[SETTINGS.pop("SIGN_IN", "query")],
        floor=SETTINGS.pop("FLOOR", 1),
        ceiling=9,
        routes=(
            Route(Role.DETAIL, "GET", HOST + "/kill", "parse_kill", Body.HTML),
            Route(Role.DETAIL, "GET", HOST + "/blank", "parse_blank", Body.HTML),
            Route(Role.DETAIL, "GET", HOST + "/next", "parse_next", Body.HTML),
            Route(Role.LIST, "GET", HOST + "/index", "parse_index", Body.HTML),
            Route(Role.DETAIL, "GET", HOST + "/(?!robots).*", "parse_page", Body.HTML),
            Route(Role.LIST, "POST", HOST + "/graphql", "parse_list", Body.JSON, asks="bills"),
            Route(Role.DETAIL, "POST", HOST + "/graphql", "parse_bill", Body.JSON, asks="bill\\("),
        ),
    )

    def lists(self):
        for path in PATHS:
            path, _, sent = path.partition(" ")
            yield self.post(HOST + path, json=json.loads(sent)) if sent else self.get(HOST + path)

    def parse_page(self, response):
        heading = one(response, "//h1/text()").get()
        yield self.document(
            identifier=response.url, kind=DocumentKind.OTHER, title=heading, official_url=response.url, text=heading
        )

    def parse_list(self, response):
        for number in at_least(1, json_of(response), "data.bills.[].number"):
            yield self.post(HOST + "/graphql", json={"query": "{ bill(number: $number) }", "variables": {"number": number}})

    def parse_bill(self, response):
        number = json.loads(response.request.body)["variables"]["number"]
        title = one(json_of(response), "data.bill.title")
        yield self.document(identifier=number, kind=DocumentKind.BILL, title=title, official_url=HOST, text=title)

    def parse_blank(self, response):
        one(response, "//h1")
        yield from ()

    def parse_next(self, response):
        yield self.get(HOST + one(response, "//a/@href").get())

    def parse_index(self, response):
        yield from (self.get(HOST + link.get()) for link in at_least(1, response, "//a/@href"))

    def parse_kill(self, response):
        os.kill(os.getppid(), signal.SIGKILL)  # a page is read in a process beside the crawler
        os._exit(0)


class TwinSpider(LocalSpider):
    """Another source of the same host."""

    facts = replace(LocalSpider.facts, key="twin")


def main() -> None:
    settings = {
        "AUTOTHROTTLE_ENABLED": False,
        "PRIVATE_ADDRESSES_ALLOWED": True,
        "ARCHIVE_DIR": sys.argv[3],
        **SETTINGS,
    }
    if "MEMORY" in settings:
        settings["FETCH_MEMORY"] = FileMemory(Path(settings.pop("MEMORY")))
    spiders = [LocalSpider, TwinSpider] if settings.pop("TWIN", False) else [LocalSpider]
    crawl(spiders, Path(sys.argv[2]), settings, settings.pop("LIMIT", 30))


if __name__ == "__main__":
    main()
