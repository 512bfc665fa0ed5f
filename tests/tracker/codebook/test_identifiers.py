"""Normal forms: one spelling for what many sources spell, and a refusal for what has none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.codebook import (
    UnknownIdentifier,
    bill_key,
    instrument_key,
    instrument_keys,
    is_resolution,
    load,
    measure_identifiers,
    normal_measure,
)
from tracker.codebook.identifiers import acts_named, slug

SESSION_OF = load().session_in


@pytest.mark.parametrize(
    ("jurisdiction", "printed", "normal"),
    [
        *(
            ("US", "H.R. 8000", "HR 8000"),
            ("US", "H.R.8000", "HR 8000"),
            ("US", "hr8000", "HR 8000"),
            ("US", "S. 3039", "S 3039"),
        ),
        *(("US", "H.J.Res. 5", "HJRES 5"), ("US", "S. Con. Res. 12", "SCONRES 12")),
        *(
            ("US-VA", "HB0360", "HB 360"),
            ("US-VA", "HB 360", "HB 360"),
            ("US-VA", "HJR 39", "HJ 39"),
            ("US-UT", "SB0045", "SB 45"),
        ),
        *(("US-NE", "LB230", "LB 230"), ("US-MN", "HF 3453", "HF 3453"), ("US-MN", "House File 3453", "HF 3453")),
        *(("US-NJ", "A4222", "A 4222"), ("US-NY", "S4552-A", "S 4552"), ("US-TN", "HJR0147", "HJR 147")),
        *(("US-FL", "S 432", "SB 432"), ("US-FL", "SB 432", "SB 432"), ("US-ID", "H0830", "H 830"), ("US-ID", "HB 830", "H 830")),
        *(
            ("US-NC", "HB 747", "H 747"),
            ("US-SC", "H.4641", "H 4641"),
            ("US-VT", "H.425", "H 425"),
            ("US-RI", "HB7518", "H 7518"),
        ),
        *(("US-CO", "SB25-072", "SB 72"), ("US-CO", "HB 1001", "HB 1001"), ("US-CO", "HB26-1362", "HB 1362")),
        *(("US-WA", "E2SHB 2291", "HB 2291"), ("US-WA", "SSB 6287", "SB 6287"), ("US-DE", "HS 1 for HB 332", "HB 332")),
        *(("US-KS", "Senate Substitute for HB 2365", "HB 2365"), ("US-OH", "H. B. No. 236", "HB 236")),
        *(("US-RI", "S 2704 Sub A", "S 2704"), ("US-PR", "P. del S. 108", "PS 108"), ("US-DC", "B26-0123", "B26-0123")),
        *(("US", "C1-2026-16628", "FR Doc. C1-2026-16628"), ("US", "FR Doc. E9-1234", "FR Doc. E9-1234")),
        *(("US", "FR Doc. 2015-11111 (2015-11-02)", "FR Doc. 2015-11111 (2015-11-02)"),),
        *(("US", "2026-13580", "FR Doc. 2026-13580"), ("US", "DEA-1570 (FR Doc. 2026-13580)", "FR Doc. 2026-13580")),
        *(
            ("US", "DEA-2016-0015", "DEA-2016-0015"),
            ("US-FL", "2ER25-2", "2ER25-2"),
            ("US-NV", "LCB File No. R038-26", "LCB R038-26"),
        ),
        *(("US-KY", "902 KAR 55:015 amendment", "902 KAR 55:015"), ("US-OH", "OAC 4729:9-1-01.1", "OAC 4729:9-1-01.1")),
        ("US-OH", "Botanic Tonics vs. Board of Pharmacy", "Botanic Tonics v. Board of Pharmacy"),
        ("ocd-division/country:us/state:ca/place:orange", "Ord. 01-26", "Ordinance 01-26"),
        ("CA", " C-45 ", "C-45"),
    ],
)
def test_measures_have_one_spelling(jurisdiction, printed, normal):
    assert normal_measure(jurisdiction, printed) == normal
    assert normal_measure(jurisdiction, normal) == normal


def test_companions_follow_the_identifier():
    assert measure_identifiers("US-NJ", "A1203/S2271") == ("A 1203", "S 2271")
    assert measure_identifiers("US-IA", "HF 2133 (HSB 508)") == ("HF 2133", "HSB 508")
    assert measure_identifiers("US-KY", "HB 757 (Acts ch. 161)") == ("HB 757",)


@pytest.mark.parametrize(
    ("jurisdiction", "text"),
    [
        ("US-UT", "Challenge to SB 45 (D. Utah)"),
        ("US-LA", "Act 231"),
        ("US-MA", "FastDemocracy MAB00084016"),
        ("US-ME", ""),
        ("TH", "no number"),
    ],
)
def test_what_has_no_normal_form_is_refused_by_name(jurisdiction, text):
    with pytest.raises(UnknownIdentifier, match=f"{re.escape(repr(text))} of {jurisdiction}"):
        normal_measure(jurisdiction, text)


TYPES = st.sampled_from(["HB", "SB", "H", "S", "A", "HR", "LB", "HF", "SF", "HJR", "AB"])
PLACES = st.sampled_from(["US", "US-FL", "US-ID", "US-NY", "US-CO", "US-WA", "US-VA", "US-KY", "US-PR"])
NUMBERS = st.integers(min_value=1, max_value=99999)


@given(PLACES, TYPES, NUMBERS)
def test_spelling_does_not_matter_and_the_normal_form_is_a_fixed_point(jurisdiction, kind, number):
    normal = normal_measure(jurisdiction, f"{kind} {number}")
    dotted = "".join(f"{letter}." for letter in kind)
    spellings = (
        f"{kind}{number}",
        f"{kind}{number:05}",
        f"{dotted} {number}",
        f"{dotted}{number}",
        f" {kind.lower()}  {number} ",
    )
    assert {normal_measure(jurisdiction, spelt) for spelt in spellings} == {normal}
    assert normal_measure(jurisdiction, normal) == normal


@given(PLACES, st.text(max_size=40))
def test_any_text_is_refused_or_reaches_a_fixed_point(jurisdiction, text):
    try:
        normal = normal_measure(jurisdiction, text)
    except UnknownIdentifier:
        return
    assert normal_measure(jurisdiction, normal) == normal


@pytest.mark.parametrize(
    ("jurisdiction", "text", "key"),
    [
        *(
            ("US-KY", "HB 757 (2026), Acts ch. 161 ss. 114, 115", "US-KY Acts 2026 ch. 161"),
            ("US-KY", "Acts 2026 ch. 161", "US-KY Acts 2026 ch. 161"),
        ),
        *(
            ("US-NY", "S4552-A/A2340-A (L.2025 c.690)", "US-NY Acts 2025 ch. 690"),
            ("US-AZ", "Laws 2019, Chapter 156", "US-AZ Acts 2019 ch. 156"),
        ),
        *(
            ("US-AL", "SB 226 (2016), Act 2016-279", "US-AL Acts 2016 no. 279"),
            ("US-CT", "Public Act 25-101", "US-CT Acts 2025 no. 101"),
        ),
        *(
            ("US-SC", "S.221 (Act 35 of 2025)", "US-SC Acts 2025 no. 35"),
            ("US-WI", "2013 Wisconsin Act 351", "US-WI Acts 2013 no. 351"),
        ),
        *(("US", "Public Law 117-328", "US Pub. L. 117-328"), ("US", "DEA order (FR Doc. 2026-17429)", "US FR Doc. 2026-17429")),
        *(("US-KS", "HB 2365 (2026)", "US-KS 2025-2026 HB 2365"), ("US-FL", "emergency rule 2ER26-1", "US-FL 2ER26-1")),
        *(
            ("FI", "Decree 166/2016", "http://data.finlex.fi/eli/sd/2016/166"),
            ("FI", "166/2016", "http://data.finlex.fi/eli/sd/2016/166"),
        ),
        ("FI", "Government Decree 1130/2014, annex as amended by Decree 166/2016", "http://data.finlex.fi/eli/sd/2016/166"),
        ("FI", "https://data.finlex.fi/eli/sd/2016/166/alkup/fin", "http://data.finlex.fi/eli/sd/2016/166"),
        (
            "FI",
            "https://opendata.finlex.fi/finlex/avoindata/v1/akn/fi/act/statute/2016/166/fin@",
            "http://data.finlex.fi/eli/sd/2016/166",
        ),
        ("GB", "https://www.legislation.gov.uk/uksi/2016/1099/made/data.xml", "http://www.legislation.gov.uk/id/uksi/2016/1099"),
        *(
            ("GB", "2016 c. 2", "http://www.legislation.gov.uk/id/ukpga/2016/2"),
            ("GB", "S.I. 2016/1099", "http://www.legislation.gov.uk/id/uksi/2016/1099"),
        ),
        ("IE", "http://www.irishstatutebook.ie/eli/2011/si/552/made/en/print", "https://www.irishstatutebook.ie/eli/2011/si/552"),
        *(
            ("IE", "S.I. No. 552 of 2011", "https://www.irishstatutebook.ie/eli/2011/si/552"),
            ("SE", "SFS 2011:958", "SE SFS 2011:958"),
        ),
        ("EU", "Regulation (EU) 2015/2283 on novel foods", "http://data.europa.eu/eli/reg/2015/2283/oj"),
        (
            "ocd-division/country:us/state:oh/place:toledo",
            "Ordinance No. 351-25",
            "ocd-division/country:us/state:oh/place:toledo Ordinance 351-25",
        ),
        ("TH", "Narcotics Act B.E. 2522 (1979)", "TH narcotics-act-b-e-2522-1979"),
    ],
)
def test_an_act_has_one_key(jurisdiction, text, key):
    assert instrument_key(jurisdiction, text, SESSION_OF) == key
    assert instrument_key(jurisdiction, key, SESSION_OF) == key


def test_the_bill_of_a_chaptered_act_is_an_alias():
    keys = [one.key for one in instrument_keys("US-VA", "HB 360 (2026), Acts ch. 595", SESSION_OF)]
    assert keys == ["US-VA Acts 2026 ch. 595", "US-VA 2026 HB 360"]
    assert bill_key("US-VA", "2026", "HB0360") == keys[1]


def test_a_code_citation_is_no_key():
    assert instrument_key("US-KS", "K.S.A. 65-4105", SESSION_OF) == "US-KS k-s-a-65-4105"
    assert [one.kind for one in instrument_keys("US-KS", "K.S.A. 65-4105", SESSION_OF)] == ["title"]


def test_a_string_of_acts_is_taken_apart_outside_brackets():
    assert acts_named("HB 1784 (2021); HB 3574 (2024, c.278)") == ("HB 1784 (2021)", "HB 3574 (2024, c.278)")
    assert acts_named("List (BEK 174; now BEK 2446), B") == ("List (BEK 174; now BEK 2446), B",)


@given(st.text(max_size=200))
def test_a_slug_is_plain_and_a_fixed_point(text):
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug(text))
    assert slug(slug(text)) == slug(text)
    assert len(slug(text)) <= 80


@pytest.mark.parametrize(
    ("place", "identifier", "never_law"),
    [
        ("US", "HR 8000", False),
        ("US", "HRES 12", True),
        ("US-PA", "HR 12", True),
        ("US-CA", "ACR 3", True),
        ("US-TN", "HJR 147", False),
    ],
)
def test_simple_and_concurrent_resolutions_never_become_law(place: str, identifier: str, never_law: bool) -> None:
    assert is_resolution(place, identifier) is never_law
