"""A person's coding: rows become statements with evidence, one belief or none, and wrong rows are named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from tracker import codebook
from tracker.domain.dates import zone
from tracker.domain.records import Key
from tracker.domain.vocabulary import Cause, ChangeKind, Status
from tracker.evidence import loading
from tracker.history import status
from tracker.review import by_hand
from tracker.review.fields import BadRow
from tracker.store.schema import tables as t
from tracker.store.session import locked
from tracker.store.writer import Writer
from tracker.workspace import Workspace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TENNESSEE = Key("US-TN", "kratom")
BAN = {
    "what": "provision",
    "jurisdiction": "Tennessee",
    "substance": "kratom",
    "conduct": "possess",
    "effect": "prohibited",
    "from": "2026-07-01",
    "instrument": "Acts 2026 ch. 500",
    "made_on": "2026-04-16",
    "quote": "It is an offense to knowingly possess kratom.",
    "label": "ban",
}


@pytest.fixture
def connection(empty: Workspace) -> Iterator[Connection]:
    with locked(empty.engine) as found:
        yield found


def write(connection: Connection, *rows: dict[str, str], cause: Cause | None = None, now: datetime = NOW) -> object:
    shipped = codebook.load()
    coded = by_hand.read_rows(rows, shipped, "A. Reader")
    policy = loading.policy(shipped, zone("America/New_York"))
    return by_hand.write(Writer(connection, now, "A. Reader"), coded, policy=policy, cause=cause, note="")


def test_a_row_of_each_sort_becomes_one_belief(connection: Connection) -> None:
    write(
        connection,
        {
            "what": "finding",
            "jurisdiction": "US-TN",
            "substance": "kratom",
            "to": "2026-07-01",
            "looked_in": "T.C.A.",
            "terms": "kratom",
        },
        BAN,
        {
            "what": "position",
            "jurisdiction": "US-TN",
            "substance": "kratom",
            "value": "actively_enforced",
            "citation": "Letter of 2025",
        },
        {
            "what": "relation",
            "relation": "stay",
            "target": "provision:ban",
            "from": "2026-12-01",
            "to": "2027-02-01",
            "citation": "Doe v. State",
        },
    )
    found = {
        day: status.of_key(connection, TENNESSEE, date.fromisoformat(day))
        for day in ("2026-06-30", "2026-07-01", "2026-12-01", "2027-02-01")
    }
    assert [answer.status for answer in found.values()] == [Status.NO_SPECIFIC_LAW, Status.BANNED, Status.UNKNOWN, Status.BANNED]
    assert found["2026-07-01"].get("food_law_position") == "actively_enforced"
    assert found["2026-07-01"].get("instrument") == "US-TN Acts 2026 ch. 500"
    assert connection.scalar(select(func.count()).select_from(t.belief)) == 1


def test_made_on_tells_law_from_what_we_got_wrong(connection: Connection) -> None:
    write(
        connection,
        {"what": "finding", "jurisdiction": "US-TN", "substance": "kratom", "looked_in": "T.C.A.", "terms": "kratom"},
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    written = write(connection, BAN)
    assert written.cause is Cause.LAW  # type: ignore[attr-defined]
    (boundary,) = written.boundaries[TENNESSEE]  # type: ignore[attr-defined]
    assert (boundary.kind, boundary.found_late) == (ChangeKind.TOOK_EFFECT, 147)


def test_a_revision_takes_the_relations_with_it_and_a_withdrawal_leaves_unknown(connection: Connection) -> None:
    write(
        connection,
        BAN,
        {"what": "relation", "relation": "end", "target": "provision:ban", "from": "2027-01-01", "citation": "Acts 2026 ch. 9"},
    )
    number = connection.scalar(select(t.provision_version.c.id))
    revised = BAN | {"revises": f"provision:{number}", "from": "2026-06-01"}
    write(connection, revised, cause=Cause.RECORD, now=datetime(2026, 11, 26, tzinfo=UTC))
    assert status.of_key(connection, TENNESSEE, date(2026, 6, 1)).status is Status.BANNED
    assert status.of_key(connection, TENNESSEE, date(2027, 1, 1)).status is Status.UNKNOWN
    assert status.of_key(connection, TENNESSEE, date(2026, 6, 1), NOW).status is Status.UNKNOWN
    held = connection.scalar(select(t.provision_version.c.id).where(t.provision_version.c.recorded_to.is_(None)))
    write(
        connection,
        {"what": "withdraw", "target": f"provision:{held}"},
        cause=Cause.RECORD,
        now=datetime(2026, 11, 27, tzinfo=UTC),
    )
    assert status.of_key(connection, TENNESSEE, date(2026, 8, 1)).status is Status.UNKNOWN


def test_a_case_is_a_measure_of_its_own(connection: Connection) -> None:
    row = {
        "what": "case",
        "jurisdiction": "US-KY",
        "identifier": "Doe v. State",
        "title": "Challenge",
        "stage": "filed",
        "stage_on": "2026-11-01",
    }
    write(connection, row)
    write(connection, row | {"stage": "injunction_denied", "stage_on": "2026-11-20"})
    (case,) = connection.execute(select(t.measure)).all()
    assert (case.session, case.kind, case.stage) == ("cases", "case", "injunction_denied")
    assert connection.scalar(select(func.count()).select_from(t.measure_action)) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"what": "opinion"}, "known: provision, assertion"),
        ({"efect": "prohibited"}, "has no efect"),
        ({"effect": "forbidden"}, "'forbidden' is no effect"),
        ({"jurisdiction": "Tennesee"}, "nearest: tennessee"),
        ({"substance": ""}, "needs substance"),
        ({"from": "July 2026"}, "write 2026-07-01"),
        ({"min_age": "21", "components": "age"}, "prohibited means prohibited for adults"),
        ({"basis": "emergency_order"}, "needs an end"),
        ({"quote": "word " * 41}, "at most 40"),
        ({"quote": ""}, "no status without evidence"),
        ({"limits": "7-oh 2%"}, "CODE>2 % of_alkaloids unlawful_to_sell"),
        ({"url": "https://nobody.example/x"}, "tracker.toml"),
        ({"revises": "provision 7"}, "provision:12"),
        ({"revises": "provision:7"}, "provision 7 is not held now"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_written(connection: Connection, change: dict[str, str], told: str) -> None:
    row = {name: value for name, value in (BAN | change).items() if value}
    with pytest.raises(BadRow, match=told.replace("(", r"\(")):
        write(connection, row)
    assert connection.scalar(select(func.count()).select_from(t.belief)) == 0


def test_a_complaint_names_row_and_field_for_whoever_shows_it(connection: Connection) -> None:
    with pytest.raises(BadRow, match="row 2, effect: 'forbidden' is no effect") as raised:
        write(connection, BAN, BAN | {"effect": "forbidden"})
    assert raised.value.fields == {"row": 2, "field": "effect"}
    with pytest.raises(BadRow, match=r"^row 1: a provision needs substance$"):
        write(connection, {name: value for name, value in BAN.items() if name != "substance"})


def test_a_file_is_read_by_its_heading(tmp_path: Path) -> None:
    path = tmp_path / "coded.csv"
    path.write_text("what,jurisdiction,substance,looked_in,terms,note\nfinding,US-VI,kratom,V.I. Code,kratom,\n", "utf-8")
    assert by_hand.read_file(path) == [
        {"what": "finding", "jurisdiction": "US-VI", "substance": "kratom", "looked_in": "V.I. Code", "terms": "kratom"}
    ]
    path.write_text("what,jurisdiction\nfinding,US-VI,kratom\n", "utf-8")
    with pytest.raises(BadRow, match="line 2"):
        by_hand.read_file(path)
    with pytest.raises(BadRow, match="cannot be read"):
        by_hand.read_file(tmp_path / "none.csv")
