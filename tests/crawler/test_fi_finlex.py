"""What the watched list must look like once it is text: one entry a line, dates from Finnish and Swedish words."""

from datetime import date

import pytest

from crawler import registry
from crawler.archive.exchange import Exchange, payload_digest
from crawler.contract.items import DocumentItem, DocumentKind
from crawler.parsing.fi_dates import a_date
from crawler.parsing.matching import Term, find
from crawler.parsing.parse_result import read
from crawler.parsing.selecting import LayoutChanged
from crawler.sources.world.fi_finlex import amended, in_force
from tests.conftest import SHARED, needs_shared
from tests.crawler import casefolder


def document(case: str) -> DocumentItem:
    _, exchange = casefolder.load(casefolder.CASES / "fi_finlex" / case)
    (item,) = read(registry.spider("fi_finlex")(), exchange).items
    assert isinstance(item, DocumentItem)
    return item


@pytest.mark.parametrize(
    "case",
    ["gazette_2016_166_fi", "gazette_2024_550_fi", "gazette_2024_550_sv", "consolidated_2014_1130", "akn_statute_2024_550"],
)
def test_an_entry_stands_on_a_line_of_its_own(case: str) -> None:
    text = document(case).text
    assert text.splitlines().count("Kratom (Mitragyna Speciosa)") == 1
    (match,) = find(text, [Term("kratom", "kratom")])
    assert text[match.start : match.end] == "Kratom"


def test_both_languages_are_one_decree() -> None:
    finnish, swedish = document("gazette_2024_550_fi"), document("gazette_2024_550_sv")
    assert (finnish.language, swedish.language) == ("fi", "sv")
    assert finnish.identifier == swedish.identifier == "550/2024"
    assert finnish.instrument == swedish.instrument
    assert finnish.dates == swedish.dates == {"made": "2024-10-17", "in_force": "2024-11-18"}
    assert finnish.amends == swedish.amends == ("1130/2014",)


def test_a_consolidated_text_has_the_date_of_its_version_and_only_its_annex() -> None:
    item = document("consolidated_2014_1130")
    assert item.kind is DocumentKind.CODIFIED_LIST
    assert item.dates["consolidated_to"] == "2017-05-15"
    assert "in_force" not in item.dates, "the day of the decree's first version is not the day of an entry"
    assert item.text.count("Liite (20.4.2017/225)") == 1


@needs_shared
@pytest.mark.parametrize(
    ("name", "made", "into_force"),
    [
        ("2016_166", "2016-03-10", "2016-04-01"),
        ("2018_516", "2018-06-27", "2018-07-30"),
        ("2022_14", "2022-01-13", "2022-02-14"),
        ("2024_245", "2024-05-08", "2024-06-10"),
        ("2024_550", "2024-10-17", "2024-11-18"),
    ],
)
def test_every_recorded_decree(name: str, made: str, into_force: str) -> None:
    body = (SHARED / "corpus/world/fi-finlex" / f"asd_fi_{name}.xml").read_bytes()
    year, number = name.split("_")
    url = f"https://data.finlex.fi/eli/sd/{year}/{number}/alkup/fin"
    exchange = Exchange("GET", url, 200, {}, body, "2026-11-22T00:00:00+00:00", payload_digest(body))
    (item,) = read(registry.spider("fi_finlex")(), exchange).items
    assert isinstance(item, DocumentItem)
    assert (item.identifier, item.kind) == (f"{number}/{year}", DocumentKind.AMENDING_DECREE)
    assert item.dates == {"made": made, "in_force": into_force}
    assert "Kratom (Mitragyna Speciosa)" in item.text.splitlines()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Helsingissä 10 päivänä maaliskuuta 2016", date(2016, 3, 10)),
        ("Helsingissä 13.1.2022", date(2022, 1, 13)),
        ("Helsingfors den 17 oktober 2024", date(2024, 10, 17)),
        ("1 päivänä  kesäkuuta\n2020", date(2020, 6, 1)),
    ],
)
def test_dates(text: str, day: date) -> None:
    assert a_date(text) == day


def test_a_text_without_a_date_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="no Finnish or Swedish date"):
        a_date("Helsingissä 10 päivänä marsquuta 2016")


def test_a_day_that_the_act_leaves_open_is_no_date() -> None:
    assert in_force("Tämän lain voimaantulosta säädetään asetuksella.") == {}


def test_only_what_is_changed_counts_as_amended() -> None:
    clause = (
        "huumausainelain (373/2008) 3 §:n nojalla muutetaan annetun asetuksen (1130/2014) liite,"
        " sellaisena kuin se on asetuksessa (245/2024), seuraavasti:"
    )
    assert amended(clause) == ("1130/2014",)
    assert amended("säädetään huumausainelain (373/2008) nojalla:") == ()
