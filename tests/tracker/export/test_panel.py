"""A panel agrees with the record day by day, its shares sum to 1, and its groups stay apart."""

from __future__ import annotations

import csv
import tracemalloc
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.refusals import refused
from tests.tracker.export.conftest import AFTER, BETWEEN
from tracker.domain.periods import BadRange, CalendarPeriod, Unit, between
from tracker.domain.records import Key
from tracker.domain.vocabulary import Level, Status
from tracker.export import panel, panel_files
from tracker.export.panel import ANSWERS, COLUMNS
from tracker.history import status
from tracker.history.places import Place, all_places
from tracker.store.session import reading
from tracker.workspace import Workspace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PLACE = Place("US-KS", "Kansas", Level.SUBDIVISION, "state", "US")
DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))


def named(answers: tuple[Any, ...]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(ANSWERS, answers, strict=True)}


def rows(program_or_engine: Any, unit: Unit, first: str, last: str, known: datetime, *substances: str) -> list[dict[str, Any]]:
    engine = getattr(program_or_engine, "engine", program_or_engine)
    periods = between(unit, date.fromisoformat(first), date.fromisoformat(last))
    with reading(engine) as connection:
        found = panel.cells(connection, all_places(connection), substances or ("kratom",), periods, known)
        return [dict(zip((c.name for c in COLUMNS), cell.row, strict=True)) for together in found for cell in together]


@st.composite
def lines(draw: st.DrawFn) -> list[Any]:
    """The status rows of one key: whole and without overlap, with starts in doubt, as the ledger makes them."""
    starts = sorted(draw(st.sets(DAYS, max_size=5)))
    made: list[Any] = []
    for start, end in zip([None, *starts], [*starts, None], strict=True):
        doubt = timedelta(days=draw(st.integers(0, 90)))
        latest = None if start is None else start + doubt
        if made:
            made[-1].valid_to_latest = latest
        made.append(
            SimpleNamespace(
                jurisdiction="US-KS",
                substance="kratom",
                status=draw(st.sampled_from(list(Status))).value,
                valid_from=start,
                valid_from_latest=latest,
                valid_to=end,
                valid_to_latest=end,
                contested=draw(st.sampled_from(["", "unread"])),
                min_age=None,
                schedule="",
                threshold="",
                components="",
                food_law_position="not_addressed",
                verified=False,
                confidence="low",
                instrument=None,
                citation="",
            )
        )
    return made


@given(lines(), DAYS, st.integers(1, 200))
def test_a_row_agrees_with_every_day_of_its_period(line: list[Any], start: date, length: int) -> None:
    period = CalendarPeriod(Unit.DAY, "x", start, start + timedelta(days=length))
    said = named(panel.answers(PLACE, line, period))
    days = [start + timedelta(days=number) for number in range(length)]
    told = [
        status.answer(Key("US-KS", "kratom"), day, [row for row in line if row.valid_to is None or row.valid_to_latest > day])
        for day in days
    ]
    counted = Counter(answer.status for answer in told)
    assert {status: said[f"share_{status}"] for status in Status} == {status: counted[status] / length for status in Status}
    assert sum(said[f"share_{status}"] for status in Status) == pytest.approx(1)
    assert said["share_uncertain"] == sum(answer.uncertain for answer in told) / length
    assert said["share_contested"] == sum(bool(answer.get("contested")) for answer in told) / length
    assert (said["status_first"], said["status_last"]) == (told[0].status, told[-1].status)


def test_sampled_days_of_the_shipped_record_agree_with_its_history(shipped: Workspace) -> None:
    months = rows(shipped, Unit.MONTH, "2016-01-01", "2027-03-31", NOW, "kratom", "7-oh")
    with reading(shipped.engine) as connection:
        for day in (date(2016, 5, 31), date(2025, 7, 31), date(2026, 11, 30), date(2027, 1, 31)):
            answers = status.on_day(connection, day, NOW)
            for row in months:
                if row["period_end"] == day.isoformat():
                    answer = answers.get(Key(row["jurisdiction"], row["substance"]))
                    assert row["status_last"] == (answer.status if answer else "unknown")
                    assert row["min_age"] == (answer.get("min_age", None) if answer else None)
    assert all(abs(sum(row[f"share_{status}"] for status in Status) - 1) < 1e-9 for row in months)


def test_kentucky_changes_on_its_day(shipped: Workspace) -> None:
    answers = rows(shipped, Unit.MONTH, "2024-07-01", "2027-01-31", NOW)
    july = next(row for row in answers if (row["jurisdiction"], row["period"]) == ("US-KY", "2024-07"))
    assert (july["status_first"], july["status_last"], july["changes"]) == ("no_specific_law", "regulated", 1)
    assert (july["changed_on"], july["min_age"], july["component_label"], july["component_tax"]) == ("2024-07-15", 21, 1, 0)
    assert (july["share_no_specific_law"], july["share_regulated"]) == (14 / 31, 17 / 31)
    assert (july["verified"], july["missing_reason"], july["min_age_missing"]) == (0, "", "")
    january = next(row for row in answers if (row["jurisdiction"], row["period"]) == ("US-KY", "2027-01"))
    assert (january["status_last"], january["changed_on"], january["min_age_missing"]) == (
        "sale_prohibited",
        "2027-01-01",
        "not_applicable",
    )


def test_a_panel_knows_what_was_known(corrected: Engine) -> None:
    then = rows(corrected, Unit.YEAR, "2025-01-01", "2026-12-31", BETWEEN)
    now = rows(corrected, Unit.YEAR, "2025-01-01", "2026-12-31", AFTER)
    state = [[row for row in found if row["jurisdiction"] == "US-KS"] for found in (then, now)]
    assert [row["status_last"] for row in state[0]] == ["no_specific_law", "no_specific_law"]
    first, second = state[1]
    assert (first["status_last"], first["changed_on"], first["changed_on_latest"]) == (
        "age_restricted",
        "2025-03-01",
        "2025-03-31",
    )
    assert first["share_uncertain"] == 30 / 365
    assert (first["component_age"], first["component_tax"], second["status_last"]) == (1, 0, "banned")
    assert second["share_age_restricted"] == 181 / 365


def test_missing_values_say_why(corrected: Engine) -> None:
    found = {row["jurisdiction"]: row for row in rows(corrected, Unit.YEAR, "2024-01-01", "2024-12-31", AFTER)}
    reasons = {code: (row["missing_reason"], row["min_age_missing"], row["component_age"]) for code, row in found.items()}
    assert reasons == {
        "UN": ("not_applicable", "not_applicable", None),
        "US": ("not_researched", "not_researched", None),
        "US-KS": ("not_found", "not_found", 0),
        "US-PR": ("not_researched", "not_researched", None),
    }
    contested = SimpleNamespace(status="unknown", contested="unread")
    assert panel.missing_reason(PLACE, contested) == "contested"


def written(engine: Engine, folder: Path, first: str, last: str) -> dict[str, list[dict[str, str]]]:
    periods = between(Unit.MONTH, date.fromisoformat(first), date.fromisoformat(last))
    with reading(engine) as connection:
        places = all_places(connection)
        cells = panel.cells(connection, places, ["kratom", "7-oh"], periods, AFTER)
        panel_files.write(folder, ["csv"], cells, places, ["kratom", "7-oh"], periods)
    found = {}
    for shape in panel_files.SHAPES:
        with (folder / f"{shape}.csv").open(encoding="utf-8", newline="") as file:
            found[shape] = list(csv.DictReader(file))
    return found


def test_four_shapes_say_the_same(corrected: Engine, tmp_path: Path) -> None:
    found = written(corrected, tmp_path, "2026-06-01", "2026-07-31")
    assert len(found["panel"]) == 4 * 2 * 2
    assert len(found["panel-wide"]) == 4 * 2
    for row in found["panel"]:
        key = {name: row[name] for name in ("jurisdiction", "substance", "period")}
        long = {line["variable"]: line["value"] for line in found["panel-long"] if key.items() <= line.items()}
        (wide,) = [
            line for line in found["panel-wide"] if (line["jurisdiction"], line["period"]) == (key["jurisdiction"], key["period"])
        ]
        slug = row["substance"].replace("-", "_")
        assert all(row[name] == value for name, value in long.items())
        assert long, "every cell has a line at least"
        assert all(wide[f"{column.name}__{slug}"] == row[column.name] for column in ANSWERS)


def test_states_and_territories_have_denominators_of_their_own(corrected: Engine, tmp_path: Path) -> None:
    summary = written(corrected, tmp_path, "2026-07-01", "2026-07-31")["panel-summary"]
    banned = [row for row in summary if (row["substance"], row["status"]) == ("kratom", "banned")]
    assert {row["unit_group"]: (row["jurisdictions"], row["of_jurisdictions"]) for row in banned} == {
        "us_states": ("1", "1"),
        "us_territories": ("0", "1"),
        "countries": ("0", "1"),
        "international": ("0", "1"),
    }
    for group in {row["unit_group"] for row in summary}:
        mine = [row for row in summary if (row["unit_group"], row["substance"]) == (group, "kratom")]
        assert sum(int(row["jurisdictions"]) for row in mine) == int(mine[0]["of_jurisdictions"])


def test_shipped_states_are_51_and_territories_5(shipped: Workspace, tmp_path: Path) -> None:
    summary = written(shipped.engine, tmp_path, "2026-11-01", "2026-11-25")["panel-summary"]
    assert {row["of_jurisdictions"] for row in summary if row["unit_group"] == "us_states"} == {"51"}
    assert {row["of_jurisdictions"] for row in summary if row["unit_group"] == "us_territories"} == {"5"}


def test_what_nobody_could_open_is_refused() -> None:
    panel.check_size(372, 1, 6_173)
    with refused(BadRange, match=r"18,370,848 rows, more than 5,000,000; give a longer period"):
        panel.check_size(372, 8, 6_173)


def test_memory_stays_flat(shipped: Workspace, tmp_path: Path) -> None:
    """Four times the rows take no more memory than a quarter of them."""

    def peak(first: date) -> int:
        periods = between(Unit.MONTH, first, date(2026, 11, 25))
        with reading(shipped.engine) as connection:
            places = all_places(connection)
            cells = panel.cells(connection, places, ["kratom"], periods, NOW)
            tracemalloc.start()
            try:
                panel_files.write(tmp_path, ["csv"], cells, places, ["kratom"], periods)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    few, many = peak(date(2026, 9, 1)), peak(date(2025, 12, 1))
    assert many < 1.2 * few
