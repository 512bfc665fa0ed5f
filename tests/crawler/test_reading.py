"""Facts, routes, selecting, text and the reading of one exchange."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from parsel import Selector
from scrapy import Request
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler

from crawler import settings
from crawler.archive.exchange import Exchange, payload_digest
from crawler.contract.hosts import MissingFact
from crawler.contract.items import Outcome
from crawler.contract.routes import Body, Role, Route
from crawler.contract.sign_in import Key, OAuthClient, Place, Token
from crawler.contract.source import SessionName
from crawler.contract.watched import WatchedMeasure, read_watched
from crawler.families.base import SourceSpider
from crawler.fetching.credentials import with_key
from crawler.parsing.matching import Term
from crawler.parsing.parse_result import read
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, SoftError, at_least, exactly, json_of, one, optional, xml_of
from crawler.parsing.text import fold_lines, plain_text
from tests.crawler.localspider import HOST, LocalSpider

FACTS = LocalSpider.facts
_SETTINGS = {name: value for name, value in vars(settings).items() if name.isupper()}
PAGE = Selector("<ul><li>a</li><li>b</li></ul>")
DATA = {"results": [{"n": 1}, {"n": 2}], "next": None, "meta": {"count": 2}}


def exchange(path: str, body: bytes, status: int = 200, **headers: str) -> Exchange:
    return Exchange("GET", HOST + path, status, headers, body, "2026-03-01T00:00:00+00:00", payload_digest(body))


class TestSelecting:
    def test_it_gives_what_is_there(self) -> None:
        assert one(PAGE, "//ul").xpath("count(li)").get() == "2.0"
        assert [node.get() for node in exactly(2, PAGE, "//li/text()")] == ["a", "b"]
        assert at_least(1, DATA, "results.[].n") == [1, 2]
        assert one(DATA, "meta.count") == 2
        assert optional(DATA, "next") is None
        assert optional(DATA, "absent.deep") is None

    @pytest.mark.parametrize(
        ("select", "told"),
        [
            (lambda: one(PAGE, "//li"), "expected 1 of '//li', found 2"),
            (lambda: one(PAGE, "//p"), "found 0"),
            (lambda: exactly(3, DATA, "results.[]"), "expected 3"),
            (lambda: at_least(1, DATA, "items.[]"), "at least 1 of 'items.\\[\\]'"),
            (lambda: at_least(0, DATA, "meta.[]"), "expected a list"),
            (lambda: optional(PAGE, "//li"), "at most 1"),
        ],
    )
    def test_it_says_what_it_missed(self, select: Any, told: str) -> None:
        with pytest.raises(LayoutChanged, match=told):
            select()

    def test_the_address_is_named(self) -> None:
        page = TextResponse("https://a.test/p", body=b"<html></html>", encoding="utf-8")
        with pytest.raises(LayoutChanged, match=r"https://a\.test/p"):
            one(page, "//h1")
        for reader in (json_of, xml_of):
            with pytest.raises(LayoutChanged, match=r"https://a\.test/p"):
                reader(TextResponse("https://a.test/p", body=b"<open>", encoding="utf-8"))

    def test_xml_is_read_without_its_entities(self) -> None:
        bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>before &x; after</a>'
        root = xml_of(TextResponse("https://a.test/", body=bomb, encoding="utf-8"))
        assert root.xpath("string()").get() == "before  after"


class TestText:
    def test_blocks_stand_on_lines_and_white_space_folds(self) -> None:
        page = "<h1>Act\n 7</h1><p>one <i>t</i>wo&nbsp;three<br>four</p><script>no</script><tr><td>a</td><td>b</td></tr>"
        assert plain_text(page) == "Act 7\none two three\nfour\na b"

    def test_preformatted_lines_stay(self) -> None:
        assert plain_text("<pre>SEC. 1.\n  The  term</pre>") == "SEC. 1.\nThe term"

    def test_xml_names_what_is_inline(self) -> None:
        root = etree.fromstring("<x:a xmlns:x='urn:x'><x:k>Krat<x:i>om</x:i></x:k><!-- no --><x:k>two</x:k></x:a>")
        assert plain_text(root, inline={"i"}) == "Kratom\ntwo"

    def test_signs_that_nobody_sees_go(self) -> None:
        assert fold_lines("mitra\u00adgy\u200bnine \ufeff") == "mitragynine"

    def test_nothing_is_nothing(self) -> None:
        assert plain_text("") == ""

    def test_an_address_in_angle_brackets_is_no_name_and_costs_no_text(self) -> None:
        assert plain_text("<p>see <https://a.test/1> and</p><d}iv>kratom</d}iv>") == "see and\nkratom"


class TestFacts:
    @pytest.mark.parametrize(
        ("fact", "value", "told"),
        [
            ("licence", "", "lacks licence"),
            ("routes", (), "lacks routes"),
            ("key", "not-a-word", "one word"),
            ("floor", 10, "contradict"),
            ("sign_in", OAuthClient("https://elsewhere.test/token", "ID", "SECRET"), "no host of local"),
            ("cadence_hours", 0, "positive"),
        ],
    )
    def test_a_source_refuses_to_stand_without_a_fact(self, fact: str, value: object, told: str) -> None:
        with pytest.raises(MissingFact, match=told):
            replace(FACTS, **{fact: value})

    def test_a_spider_refuses_to_stand_without_facts_or_parser(self) -> None:
        with pytest.raises(MissingFact, match="has no facts"):
            type("Bare", (SourceSpider,), {})
        lost = replace(FACTS, routes=(Route(Role.DETAIL, "GET", ".*", "parse_nothing", Body.HTML),))
        with pytest.raises(MissingFact, match="parse_nothing"):
            type("Lost", (SourceSpider,), {"facts": lost})

    def test_a_route_claims_whole_addresses(self) -> None:
        route = Route(Role.DETAIL, "GET", r"https://a\.test/bill/\d+", "parse", Body.HTML)
        assert route.claims("GET", "https://a.test/bill/7")
        assert not route.claims("GET", "https://a.test/bill/7/text")
        assert not route.claims("POST", "https://a.test/bill/7")

    def test_a_route_tells_requests_apart_by_what_they_ask(self) -> None:
        bills = Route(Role.LIST, "POST", r"https://a\.test/graphql", "parse", Body.JSON, asks=r'"operationName":\s*"bills"')
        assert bills.claims("POST", "https://a.test/graphql", b'{"operationName": "bills"}')
        assert not bills.claims("POST", "https://a.test/graphql", b'{"operationName": "votes"}')
        assert not bills.claims("POST", "https://a.test/graphql")
        assert FACTS.route("GET", HOST + "/x", b"any body") is not None

    def test_a_pattern_that_cannot_be_used_is_named(self) -> None:
        with pytest.raises(MissingFact, match="route to parse_bill has no usable pattern"):
            Route(Role.LIST, "GET", "(", "parse_bill", Body.JSON)
        with pytest.raises(MissingFact, match="no group"):
            Token("https://a.test/token", "x+", lasts=300)

    def test_a_sign_in_names_its_variables(self) -> None:
        assert Key(Place.PATH, "KEY", "UTAH_KEY").variables == ("UTAH_KEY",)
        assert Token("https://a.test/token?a={A_ID}&b={B_ID}", "(x+)", lasts=300).variables == ("A_ID", "B_ID")

    def test_sessions_are_named_as_the_codebook_names_them(self) -> None:
        rules = (SessionName(r"(?P<year>\d{4})R\d", "{year}"), SessionName(r"(?P<year>\d{4})S(?P<n>\d)", "{year}-S{n}"))
        source = replace(FACTS, sessions=rules)
        assert [source.session(word) for word in ("2026R1", "2026S2", "89th")] == ["2026", "2026-S2", None]
        assert FACTS.session("89th") == "89th"

    def test_a_request_without_a_route_is_refused(self) -> None:
        with pytest.raises(MissingFact, match="has no route"):
            LocalSpider().get("https://elsewhere.test/")

    def test_watched_measures_come_from_a_setting(self) -> None:
        told = {"local": [{"jurisdiction": "ZZ", "session": "7", "identifier": "HB 1"}], "other": []}
        crawler = get_crawler(LocalSpider, {"SEARCH_TERMS": [], "WATCHED_MEASURES": json.dumps(told)})
        assert LocalSpider.from_crawler(crawler).watched == (WatchedMeasure("ZZ", "7", "HB 1"),)
        for wrong in ("[]", "nothing", '{"local": [{"identifier": "HB 1"}]}'):
            with pytest.raises(MissingFact, match="WATCHED_MEASURES is not"):
                read_watched(wrong, "local")

    def test_a_key_goes_where_the_facts_say(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOCAL_KEY", "a&b")
        request = Request(HOST + "/good?x=1")
        assert with_key(request, Key(Place.QUERY, "api_key", "LOCAL_KEY")).url == HOST + "/good?x=1&api_key=a%26b"
        in_header = with_key(request, Key(Place.HEADER, "X-Api-Key", "LOCAL_KEY"))
        assert (in_header.url, in_header.headers["X-Api-Key"]) == (request.url, b"a&b")
        in_path = with_key(Request(HOST + "/bills/KEY/1?x=KEY"), Key(Place.PATH, "KEY", "LOCAL_KEY"))
        assert in_path.url == HOST + "/bills/a%26b/1?x=KEY"

    def test_the_facts_decide_about_robots_and_rate(self) -> None:
        from scrapy.settings import Settings

        settings = Settings({"USER_AGENT": "tracker/1", "CONTACT_ADDRESS": "mailto:a@b.test"})
        LocalSpider.update_settings(settings)
        assert settings.getbool("ROBOTSTXT_OBEY") is True
        assert settings["USER_AGENT"] == "tracker/1 (+mailto:a@b.test)"


class RefusingSpider(SourceSpider):
    """Raises or yields whatever a test wants."""

    facts = replace(FACTS, key="refusing", routes=(Route(Role.DETAIL, "GET", ".*", "parse_any", Body.HTML),))
    acts: Any = None

    def parse_any(self, response: TextResponse) -> Iterator[Any]:
        yield self.document(identifier="1", kind="other", title="t", official_url=response.url, text="")
        if isinstance(self.acts, Exception):
            raise self.acts
        if self.acts is not None:
            yield self.acts


class TestReading:
    def test_items_are_stamped_with_their_capture(self) -> None:
        page = exchange("/good", b"<html><h1>Ordinance</h1></html>")
        (item,) = read(LocalSpider(), page).items
        assert (item.source, item.jurisdiction, item.captures) == ("local", "ZZ", (page.capture,))

    @pytest.mark.parametrize(
        ("acts", "outcome", "told"),
        [
            (LayoutChanged("new look"), Outcome.LAYOUT_CHANGED, "new look"),
            (EmptyAnswer("none"), Outcome.EMPTY, "none"),
            (SoftError("try later"), Outcome.SOFT_ERROR, "try later"),
            (KeyError("title"), Outcome.PARSER_ERROR, "parse_any crashed: KeyError('title')"),
            ({"no": "item"}, Outcome.PARSER_ERROR, "neither item nor request"),
        ],
    )
    def test_a_page_that_is_refused_gives_nothing(self, acts: Any, outcome: Outcome, told: str) -> None:
        spider = RefusingSpider()
        spider.acts = acts
        reading = read(spider, exchange("/x", b"<html>x</html>"))
        assert (reading.outcome, reading.items, reading.requests) == (outcome, (), ())
        assert told in (reading.reason or "")

    def test_an_item_of_a_source_of_many_places_names_its_own(self) -> None:
        class Many(RefusingSpider):
            facts = replace(RefusingSpider.facts, jurisdictions=("ZZ", "ZZ-A"))

        answer = exchange("/x", b"<html>x</html>")
        assert "jurisdiction None; declared: ZZ, ZZ-A" in str(read(Many(), answer).reason)
        with pytest.raises(LayoutChanged, match="'YY'; declared"):
            Many().document(jurisdiction="YY", identifier="1", kind="other", title="t", official_url=HOST, text="")
        item = Many().document(jurisdiction="ZZ-A", identifier="1", kind="other", title="t", official_url=HOST, text="")
        assert (item.source, item.jurisdiction) == ("refusing", "ZZ-A")

    def test_a_session_is_written_as_the_facts_say(self) -> None:
        class Sitting(RefusingSpider):
            facts = replace(RefusingSpider.facts, sessions=(SessionName(r"(?P<year>\d{4})R\d", "{year}"),))

        fields = {"identifier": "1", "kind": "bill", "title": "t", "official_url": HOST, "text": ""}
        assert Sitting().document(**fields, session="2026R1").session == "2026"
        assert Sitting().document(**fields).session is None
        assert RefusingSpider().document(**fields, session="2026R1").session == "2026R1"
        with pytest.raises(LayoutChanged, match="names a session '89th'"):
            Sitting().document(**fields, session="89th")

    def test_a_redirect_asks_for_its_target(self) -> None:
        (request,) = read(LocalSpider(), exchange("/old", b"", 301, location="/new")).requests
        assert request.url == HOST + "/new"

    def test_a_crawl_by_itself_has_terms_and_takes_others_as_json(self) -> None:
        by_itself = LocalSpider.from_crawler(get_crawler(LocalSpider, _SETTINGS))
        assert by_itself.words("en") == ("psychoactive substance",)
        assert by_itself.matches("A Psychoactive Substance", "en")
        given = _SETTINGS | {"SEARCH_TERMS": '[{"text": "leaf tea", "substance": "leaf", "languages": ["en"]}]'}
        other = LocalSpider.from_crawler(get_crawler(LocalSpider, given))
        assert other.matches("leaf tea", "en")
        assert not other.matches("psychoactive substance", "en")
        assert other.words("en") == ()

    def test_search_terms_are_those_of_the_source_s_languages(self) -> None:
        asked = Term("leaf tea", "leaf", ("en", "sl"), asked=("en",))
        near = Term("7-x", "leaf", needs=("tea",), unless=("coffee",))
        spider = LocalSpider(terms=(asked, near, Term("blatt", "leaf", ("de",), "substring")))
        assert spider.terms == (asked, near)
        assert spider.matches("Leaf-tea is sold", "en")
        assert not spider.matches("7-X is sold", "en")
        assert spider.matches("7-X of tea", "en")
        assert not spider.matches("7-X of tea and coffee", "en")
        assert spider.words("en") == ("leaf tea",)
        assert spider.words("sl") == ()
