"""The codebook: every table is complete and closed, and a wrong word is named with its place."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path

import pytest

from maps.scale import Category, Scale
from tests.maps.vision import hardest
from tracker.codebook import CodebookError, NotInCodebook, load
from tracker.codebook.baseline import read_baseline
from tracker.codebook.loading import read_codebook
from tracker.codebook.tables import DATA
from tracker.domain import vocabulary
from tracker.domain.dates import Period, zone
from tracker.domain.records import Key, Provision
from tracker.domain.rules import headline, highest_effects
from tracker.domain.vocabulary import Component, FoodLaw, Level, LinkType, Status

CODEBOOK = load()


def test_the_tables_hold_what_the_design_asks_for():
    levels = Counter(place.level for place in CODEBOOK.jurisdictions.values())
    kinds = Counter(place.kind for code, place in CODEBOOK.jurisdictions.items() if place.parent == "US")
    assert levels[Level.COUNTRY] == 249 - 5
    assert levels[Level.INTERNATIONAL] == 2
    assert (kinds["state"] + kinds["district"], kinds["territory"]) == (51, 5)
    assert len(CODEBOOK.sources) == 108
    assert list(CODEBOOK.substances) == [
        *("kratom", "kratom-extract", "mitragynine", "7-oh", "mitragynine-pseudoindoxyl", "mgm-15", "mgm-16"),
        "other-alkaloid",
    ]
    assert zone(CODEBOOK.default_zone).key == "America/New_York"
    assert len(CODEBOOK.terms) > 20


@pytest.mark.parametrize("code", ["PR", "GU", "VI", "AS", "MP"])
def test_iso_entries_of_us_territories_are_aliases(code):
    assert code not in CODEBOOK.jurisdictions
    assert CODEBOOK.jurisdiction(code).code == f"US-{code}"


@pytest.mark.parametrize("code", ["HK", "MO", "TW", "GL", "PF", "UM"])
def test_an_iso_entry_of_its_own_has_no_parent(code):
    assert CODEBOOK.jurisdiction(code).parent is None


def test_places_have_their_parents():
    assert CODEBOOK.jurisdiction("AU-NSW").parent == "AU"
    assert CODEBOOK.jurisdiction("ocd-division/country:us/state:ca/place:san_diego").parent == "US-CA"
    radnor = CODEBOOK.jurisdiction("ocd-division/country:us/state:pa/county:delaware/place:radnor")
    assert CODEBOOK.jurisdiction(radnor.parent).level is Level.COUNTY


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *(("Kentucky", "US-KY"), ("us-ky", "US-KY"), ("Puerto Rico", "US-PR"), ("UK", "GB"), ("Czech Republic", "CZ")),
        *(("Taiwan", "TW"), ("THA", "TH"), ("ocd-division/country:us/district:dc", "US-DC"), ("St. Charles County, MO", None)),
    ],
)
def test_a_jurisdiction_is_found_by_code_alias_or_name(word, code):
    assert CODEBOOK.jurisdiction(word).code == (code or "ocd-division/country:us/state:mo/county:st_charles")


def test_what_is_not_there_is_named_with_its_neighbours():
    with pytest.raises(NotInCodebook, match=r"'Kentuky' is not a jurisdiction in the codebook.*kentucky"):
        CODEBOOK.jurisdiction("Kentuky")
    with pytest.raises(NotInCodebook, match=r"GE or US-GA; write the code"):
        CODEBOOK.jurisdiction("Georgia")
    with pytest.raises(NotInCodebook, match=r"'7oh' is not a substance in the codebook.*7-oh"):
        CODEBOOK.substance("7oh")
    with pytest.raises(NotInCodebook, match=r"'nowhere\.example'.*link_hosts"):
        CODEBOOK.link_type("https://www.nowhere.example/a")
    with pytest.raises(NotInCodebook, match="not a US-KY session"):
        CODEBOOK.session("US-KY", "1790 Regular")


def test_every_term_has_a_label_and_a_definition():
    kinds = [getattr(vocabulary, name) for name in vocabulary.__all__]
    terms = [term for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum) for term in kind]
    for term in terms:
        label = CODEBOOK.label(term)
        assert label.label, term
        assert label.definition.endswith("."), term
    assert CODEBOOK.label(FoodLaw.AUTHORISED).label == "Authorised"


def test_the_scale_follows_the_display_precedence_and_survives_grey_and_colour_blindness():
    assert [step.status for step in CODEBOOK.scale] == list(Status)
    categories = tuple(Category(step.status, step.label, step.fill, step.code, step.pattern) for step in CODEBOOK.scale)
    assert hardest(Scale("status", categories, Status.UNKNOWN)).distance > 10
    assert len({step.code for step in CODEBOOK.scale}) == len(Status)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.federalregister.gov/documents/2026/08/26/2026-17429/x", LinkType.OFFICIAL),
        ("http://regulations.justia.com/regulations/fedreg/2016/10/13/2016-24659.html", LinkType.LEGAL_DATABASE),
        ("https://www.legiscan.com/HI/text/SB3064/2020", LinkType.TRACKER),
        ("https://getkratom.com/blog/x", LinkType.VENDOR),
    ],
)
def test_links_are_typed_by_host(url, kind):
    assert CODEBOOK.link_type(url) is kind


@pytest.mark.parametrize(
    ("jurisdiction", "spelt", "identifier"),
    [
        *(("US", "119th Congress", "119"), ("US", "119", "119"), ("US-KY", "26RS", "2026"), ("US-VA", "20261", "2026")),
        *(("US-AZ", "57th-2nd-regular", "2026"), ("US-TX", "892", "2025-S2"), ("US-OH", "136th GA (2025-26)", "2025-2026")),
        *(("US-MI", "2025-2026", "2025-2026"), ("US-NJ", "222", "2026-2027"), ("US-FL", "rules", "rules")),
    ],
)
def test_sessions_are_found_by_every_spelling(jurisdiction, spelt, identifier):
    assert CODEBOOK.session(jurisdiction, spelt).identifier == identifier


def test_the_session_of_a_year_is_the_regular_one():
    assert CODEBOOK.session_in("US-TX", 2025) == "2025"
    assert CODEBOOK.session_in("US-KS", 2026) == "2025-2026"
    assert CODEBOOK.session_in("US-KS", 1999) is None


def test_there_are_at_least_twenty_worked_rows():
    assert len(CODEBOOK.status_rules) >= 20
    assert {rule.status for rule in CODEBOOK.status_rules} >= {*vocabulary.RESTRICTIVE, None}


@pytest.mark.parametrize("rule", CODEBOOK.status_rules, ids=lambda rule: rule.case)
def test_worked_rows_hold_in_the_rules_of_the_domain(rule):
    provisions = [
        Provision(
            id=number,
            key=Key("US-ZZ", "kratom"),
            conduct=clause.conduct,
            effect=clause.effect,
            period=Period(),
            min_age=clause.min_age if Component.AGE in clause.components else None,
            components=clause.components,
        )
        for number, clause in enumerate(rule.clauses)
    ]
    assert headline(highest_effects(provisions))[0] is rule.status, rule.reason


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(str(DATA), tmp_path / "data"))


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("status.csv", "AR,kratom,banned", "AR,kratom,forbidden", r"status\.csv line 2, column status: 'forbidden' is no status"),
        ("status.csv", "AR,kratom,banned", "AR,kratum,banned", r"status\.csv line 2, column substance: 'kratum'"),
        ("status.csv", "AR,kratom,banned", "XX,kratom,banned", r"status\.csv line 2, column jurisdiction: 'XX'"),
        ("status.csv", "2017,,,Decree listing", "2017-13,,,Decree listing", r"status\.csv line 2, column valid_from: '2017-13'"),
        ("status.csv", "https://kratomscience.eu/es", "https://nowhere.example/es", r"status\.csv line 2, column evidence_url"),
        ("local.csv", "place:newport_beach,kratom,sale_", "place:newport_beach,kratom,no_", r"local\.csv line 2, column status"),
        ("measures.csv", "regulate,died,2022-12-20", "regulate,gone,2022-12-20", r"measures\.csv line 2, column outcome: 'gone'"),
        ("measures.csv", "US,117th Congress", "US,17th Congress", r"measures\.csv line 2, column session"),
        ("claims.csv", "AL,kratom,no_specific_law", "AL,kratom,free", r"claims\.csv line 2, column status: 'free'"),
        ("link_hosts.csv", ",press,", ",paper,", r"link_hosts\.csv line \d+, column link_type: 'paper'"),
        ("jurisdictions.csv", "AD,Andorra,country", "AD,Andorra,nation", r"jurisdictions\.csv line \d+, column level: 'nation'"),
        ("status_rules.csv", "possess prohibited", "posess prohibited", r"status_rules\.csv line 2, column clauses: 'posess'"),
        ("terms.csv", "kratom,kratom,*,word", "kratom,kratom,*,wort", r"terms\.csv line 2, column text: .*'wort'"),
        ("terms.csv", "กระท่อม,kratom,th,substring", "กระท่อม,kratom,th,word", r"terms\.csv line \d+, column text: .*no gaps"),
        (
            "terms.csv",
            "7-OH,7-oh,*,word,,cannabidiol|cannabinol|delta-9|Δ9,",
            "7-OH,7-oh,*,word,,,en",
            r"column asked: more than 4 .*'en'",
        ),
        ("codebook.toml", "behind_counter =", "behind_desk =", r"codebook\.toml: \[labels\.component\]: 'behind_desk'"),
        ("sessions.csv", "jurisdiction,identifier", "jurisdiction,ident", r"sessions\.csv line 1: the columns are"),
    ],
)
def test_an_unknown_word_is_named_with_file_line_and_column(folder, file, old, new, told):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CodebookError, match=told):
        read_baseline(folder, read_codebook(folder))


def test_a_row_with_a_cell_too_many_is_refused(folder):
    with (folder / "substances.csv").open("a", encoding="utf-8") as table:
        table.write("more,More,9,A definition.,too much\n")
    with pytest.raises(CodebookError, match=r"substances\.csv line 10: 5 cells, 4 columns"):
        read_codebook(folder)


def test_the_committed_jurisdictions_are_what_the_script_builds(folder, monkeypatch):
    from tracker.codebook import build_jurisdictions

    before = (folder / "jurisdictions.csv").read_bytes()
    monkeypatch.setattr(build_jurisdictions, "DATA", folder)
    build_jurisdictions.main()
    assert (folder / "jurisdictions.csv").read_bytes() == before


def test_importing_the_codebook_stays_light():
    code = "import sys, tracker.codebook; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pycountry", "pandas", "scrapy", "sqlalchemy", "geopandas"} & set(loaded)


def test_the_code_names_no_substance():
    code = "".join(path.read_text(encoding="utf-8") for path in Path(str(DATA)).parent.glob("*.py"))
    assert not re.search(r"kratom|mitragyn|7-oh\b", code, re.IGNORECASE)
