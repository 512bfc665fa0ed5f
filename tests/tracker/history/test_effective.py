"""What binds from above: over random law at every level, the program and the view `status_effective` say the same as the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from tests.tracker.domain.build import assertion, finding, provision
from tests.tracker.domain.golden import PLACES
from tests.tracker.ledger.conftest import connection, record, undone  # noqa: F401 - fixtures
from tests.tracker.ledger.sql import SqlLedger, prepare
from tests.tracker.store.test_views import agree_on_today
from tracker.domain.entries import Statement
from tracker.domain.records import Key
from tracker.domain.vocabulary import Cause, Status
from tracker.history import effective, status
from tracker.history.places import Place, above, all_places

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = date(2026, 6, 1)
TOWN = "ocd-division/country:us/state:ca/place:san_diego"
TRIBE = "ocd-division/country:us/tribe:navajo"
LAW = {
    "ban": ("possess prohibited", {}),
    "ban on sale": ("sell prohibited", {}),
    "rule": ("sell conditional", {"age": 21, "components": "label"}),
    "age": ("sell conditional", {"age": 18}),
    "allowed": ("sell permitted", {}),
}
WORDS = ["finding", "researched ban", "ended ban", *LAW, *(f"binding {name}" for name in LAW)]


def statements(code: str, words: Sequence[str]) -> list[Statement]:
    """Constructed law of a place, in words of `WORDS`."""
    key, found = Key(code, "kratom"), list[Statement]()
    for number, word in enumerate(words):
        label, name = f"{code} {number}", word.removeprefix("binding ")
        if word == "finding":
            found.append(finding(label, key=key))
        elif word == "researched ban":
            found.append(assertion(label, "banned", "2020", key=key))
        elif word == "ended ban":
            found.append(provision(label, "possess prohibited", "2010-01-01", "2012-01-01", key=key, binds_children=True))
        else:
            rule, terms = LAW[name]
            binds = name != word
            found.append(provision(label, rule, "2020-01-01", key=key, binds_children=binds, **terms))  # type: ignore[arg-type]
    return found


def written(connection: Connection, law: Mapping[str, Sequence[str]]) -> None:  # noqa: F811
    prepare(connection, [Key(code, "kratom") for code in PLACES])
    said = [one for code, words in law.items() for one in statements(code, words)]
    if said:
        SqlLedger(connection).write(NOW, said, Cause.RESEARCH)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(law=st.fixed_dictionaries({code: st.lists(st.sampled_from(WORDS), max_size=2) for code in sorted(PLACES)}))
def test_the_program_the_view_and_the_rule_say_the_same(record: Engine, law: dict[str, list[str]]) -> None:  # noqa: F811
    with undone(record) as connection:  # noqa: F811
        written(connection, law)
        agree_on_today(connection)
        places, answers = all_places(connection), status.on_day(connection, DAY)
        for place in places.values():
            region = effective.of_key(places, answers, Key(place.code, "kratom"), DAY)
            headline, owner = by_definition(places, answers, place)
            assert (region.status, region.shown.key.jurisdiction) == (headline, owner.code)
            assert region.from_above is (owner.code != place.code)
            assert not (region.from_above and headline is Status.NO_SPECIFIC_LAW)


def by_definition(places: Mapping[str, Place], answers: Mapping[Key, status.Answer], place: Place) -> tuple[Status, Place]:
    """Of own and what a parent binds the first in display precedence, own before parent's where equal (DESIGN §4)."""
    own = answers.get(Key(place.code, "kratom"))
    candidates = [(own.status if own else Status.UNKNOWN, 0, place)]
    for distance, parent in enumerate(above(places, place.code), 1):
        answer = answers.get(Key(parent.code, "kratom"))
        if answer and answer.get("binding_status") and reaches(parent.code, place.code):
            candidates.append((Status(answer.get("binding_status")), distance, parent))
    headline, _, owner = min(candidates, key=lambda one: (one[0].rank, one[1]))
    return headline, owner


def reaches(parent: str, child: str) -> bool:
    """By the places of these tests: the United States bind all that lies in them, a state its towns; nobody else binds."""
    if parent == "US":
        return child.startswith(("US-", "ocd-division/country:us/"))
    return parent.startswith("US-") and "/place:" in child


@pytest.mark.parametrize(
    ("law", "code", "expected"),
    [
        ({"US": ["binding ban"], "US-CA": ["finding"]}, "US-CA", ("no_specific_law", "banned", "US")),
        ({"US": ["binding ban"], "US-CA": ["ban"]}, "US-CA", ("banned", "banned", "US-CA")),
        ({"US": ["binding rule"], "US-CA": ["ban on sale"]}, "US-CA", ("sale_prohibited", "sale_prohibited", "US-CA")),
        ({"US": ["finding"]}, "US-VI", ("unknown", "unknown", "US-VI")),
        ({"US": ["binding ban"]}, TRIBE, ("unknown", "banned", "US")),
        ({"US-AZ": ["binding ban"]}, TRIBE, ("unknown", "unknown", TRIBE)),
        ({"US": ["binding age"], "US-CA": ["binding ban on sale"]}, TOWN, ("unknown", "sale_prohibited", "US-CA")),
        ({"US": ["binding ban"], "US-CA": ["binding ban"]}, TOWN, ("unknown", "banned", "US-CA")),
        ({"CN": ["binding ban"]}, "HK", ("unknown", "unknown", "HK")),
        ({"US": ["ban"]}, "US-CA", ("unknown", "unknown", "US-CA")),
    ],
)
def test_whose_row_is_shown(
    connection: Connection,  # noqa: F811
    law: dict[str, list[str]],
    code: str,
    expected: tuple[str, str, str],
) -> None:
    """Golden cases 11 and 23: own, effective, and whose terms are shown with it."""
    written(connection, law)
    region = effective.of_key(all_places(connection), status.on_day(connection, DAY), Key(code, "kratom"), DAY)
    assert (region.own.status, region.status, region.shown.key.jurisdiction) == expected
