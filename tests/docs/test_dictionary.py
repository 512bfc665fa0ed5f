"""The data dictionary is true, whole, and names everything that is in the record."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, inspect

from tracker.codebook import load
from tracker.store.schema import dictionary, view_columns
from tracker.store.schema.columns import metadata
from tracker.store.schema.view_columns import Kind
from tracker.store.schema.views import VIEWS

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_page_is_what_the_models_say() -> None:
    assert PAGE.read_text("utf-8") == dictionary.markdown(load()), (
        "run: python -m tracker.store.schema.dictionary docs/data-dictionary.md, and read what changed"
    )


def test_every_column_of_both_databases_is_described(engine: Engine) -> None:
    held = inspect(engine)
    with engine.connect() as connection:
        names = {name: [column["name"] for column in held.get_columns(name)] for name in [*metadata.tables, *VIEWS]}
        connection.rollback()
    assert names == {known.name: [column.name for column in known.columns] for known in dictionary.relations()}


def test_every_column_has_a_meaning_and_an_example() -> None:
    bare = [
        f"{known.name}.{column.name}"
        for known in dictionary.relations()
        for column in known.columns
        if not column.meaning or not (column.example or "NULL" in column.meaning)
    ]
    assert bare == []


def test_a_column_without_a_meaning_is_refused() -> None:
    table = Table("made_up", MetaData(), Column("number", Integer), comment="A table")
    with pytest.raises(dictionary.NoMeaning, match=r"made_up\.number has no meaning"):
        dictionary._table(table)


def test_a_view_column_without_a_meaning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {known.name: known for known in dictionary.relations() if not known.is_view}
    monkeypatch.setitem(view_columns.VIEWS, "coverage", view_columns.View("sources", ("crawl_run", "source")))
    with pytest.raises(dictionary.NoMeaning, match=r"coverage\.overdue has no meaning"):
        dictionary._view("coverage", ["overdue"], tables)


def test_words_for_a_column_that_a_view_lacks_are_refused() -> None:
    tables = {known.name: known for known in dictionary.relations() if not known.is_view}
    with pytest.raises(dictionary.NoMeaning, match="which the view coverage does not have"):
        dictionary._view("coverage", ["reason"], tables)


def test_kinds_and_units_are_carried() -> None:
    found = {column.name: column for column in dictionary.relation("status_history").columns}
    assert (found["min_age"].kind, found["min_age"].unit) == (Kind.INTEGER, "years")
    assert found["recorded_from"].kind is Kind.INSTANT
    assert found["verified"].kind is Kind.BOOLEAN
    with pytest.raises(dictionary.NoMeaning, match="known: status_current"):
        dictionary.relation("status_now")
