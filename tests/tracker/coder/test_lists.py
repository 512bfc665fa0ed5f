"""The decisive rule: entries of a codified list verify, and open a period only with a dated amending instrument."""

import dataclasses
from datetime import date

import pytest

from tests.tracker.coder.reading import read
from tracker.codebook import load
from tracker.coder.lists import ListDocument, Reach, entries, list_proposals

LIST_TEXT = (
    "Kuluttajamarkkinoilta kiellettyjä psykoaktiivisia aineita ovat liitteessä mainitut aineet.\nLiite\n"
    "Klefedroni (1-(4-kloorifenyyli)-2-(metyyliamino)propan-1-oni)\nKratom (Mitragyna Speciosa)\nW-15"
)
DECREE_TEXT = (
    "Valtioneuvoston asetus kuluttajamarkkinoilta kielletyistä psykoaktiivisista aineista annetun asetuksen liitteen muuttamisesta. "
    "Tämä asetus tulee voimaan 1 päivänä huhtikuuta 2016. Liite Klefedroni Kratom ( Mitragyna Speciosa) Lysergihapon"
)
CODIFIED = ListDocument("FI", "codified_list", LIST_TEXT, "1130/2014", "fi", consolidated_to=date(2017, 5, 15))
DECREE = ListDocument("FI", "amending_decree", DECREE_TEXT, "166/2016", "fi", date(2016, 4, 1), amends=("1130/2014",))
LATER = dataclasses.replace(DECREE, identifier="516/2018", in_force=date(2018, 7, 30))
CODEBOOK = load()


def test_an_entry_means_what_its_list_means() -> None:
    proposals = list_proposals(LIST_TEXT, "FI", "fi", CODEBOOK)
    assert {(p.substance, p.conduct.value, p.effect.value, p.basis.value) for p in proposals} == {
        ("kratom", conduct, "prohibited", "other") for conduct in ("sell", "manufacture", "import")
    }
    assert {p.quote for p in proposals} == {"Kratom (Mitragyna Speciosa)"}


def test_the_swedish_version_is_read_the_same() -> None:
    text = "Bilagan till förordning om för konsumentmarknaden förbjudna psykoaktiva ämnen (1130/2014)\nBilaga\nKlefedron\nKratom (Mitragyna Speciosa )"
    assert len(list_proposals(text, "FI", "sv", CODEBOOK)) == 3


@pytest.mark.parametrize(("text", "jurisdiction"), [("Liite\nKratom (Mitragyna Speciosa)", "FI"), (LIST_TEXT, "EE")])
def test_a_list_that_is_not_known_says_nothing(text: str, jurisdiction: str) -> None:
    assert list_proposals(text, jurisdiction, "fi", CODEBOOK) == []


def test_a_codified_list_alone_verifies_and_opens_nothing() -> None:
    listed = entries(CODIFIED, CODEBOOK)
    assert {entry.proposal.decisive for entry in listed} == {"codified_list_entry"}
    assert {(entry.reach, entry.in_force_on, entry.proposal.valid_from) for entry in listed} == {
        (Reach.VERIFIES, date(2017, 5, 15), None)
    }


def test_the_earliest_captured_amendment_that_names_the_entry_opens_its_period() -> None:
    listed = entries(CODIFIED, CODEBOOK, [LATER, DECREE])
    assert {(e.reach, e.proposal.valid_from, e.amended_by) for e in listed} == {(Reach.OPENS, date(2016, 4, 1), "166/2016")}


def test_an_amendment_without_a_date_field_is_dated_by_its_text() -> None:
    listed = entries(CODIFIED, CODEBOOK, [dataclasses.replace(DECREE, in_force=None)])
    assert {e.proposal.valid_from for e in listed} == {date(2016, 4, 1)}


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(DECREE, amends=("999/1999",)),
        dataclasses.replace(DECREE, text="Liite Klefedroni", in_force=date(2016, 4, 1)),
    ],
)
def test_an_instrument_that_is_not_of_this_list_or_entry_opens_nothing(other: ListDocument) -> None:
    assert {e.reach for e in entries(CODIFIED, CODEBOOK, [other])} == {Reach.VERIFIES}


def test_nothing_is_ever_closed() -> None:
    absent = dataclasses.replace(CODIFIED, text=LIST_TEXT.replace("Kratom (Mitragyna Speciosa)\n", ""))
    assert entries(absent, CODEBOOK, [DECREE]) == []
    assert all(e.proposal.valid_to is None for e in entries(CODIFIED, CODEBOOK, [DECREE]))


def test_other_kinds_of_documents_decide_nothing() -> None:
    assert entries(dataclasses.replace(CODIFIED, kind="bill"), CODEBOOK) == []


def test_the_coder_reads_a_decree_with_its_day_and_leaves_the_decision_open() -> None:
    reading = read(DECREE_TEXT, "amending_decree", jurisdiction="FI", language="fi")
    assert reading.measure.effective_on == date(2016, 4, 1)
    assert {p.valid_from for p in reading.provisions} == {date(2016, 4, 1)}
    assert {p.decisive for p in reading.provisions} == {None}
    assert reading.sets_status_now
