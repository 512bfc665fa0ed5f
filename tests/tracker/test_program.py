"""Opening a record for writing: new rules are applied to all of it before anything is written under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.databases import Database, Record
from tests.shipped import NOW, load
from tracker import codebook, workspace
from tracker.domain import rules
from tracker.domain.dates import parse_instant
from tracker.store.schema import tables as t
from tracker.store.session import reading


@pytest.fixture
def shipped_before(database: Database, tmp_path: Path) -> Iterator[Record]:
    """A record as it was shipped, on each database."""
    with database.copy(load, tmp_path / "data") as record:
        yield record


def test_new_rules_come_before_a_new_baseline(shipped_before: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    as_it_was, base = rules.content, codebook.baseline()
    first = replace(base.entries[0], evidence=replace(base.entries[0].evidence, note="another note"))
    monkeypatch.setattr(rules, "RULE_VERSION", "2")
    monkeypatch.setattr(rules, "content", lambda *said: as_it_was(*said)._replace(schedule="another"))
    monkeypatch.setattr(codebook, "baseline", lambda folder=None: replace(base, entries=(first, *base.entries[1:])))
    monkeypatch.setenv("TRACKER_NOW", (parse_instant(NOW) + timedelta(days=1)).isoformat())
    for _ in range(2):
        opened = workspace.prepared(shipped_before.settings)
        with reading(opened.engine) as connection:
            causes = connection.scalars(select(t.belief.c.cause).order_by(t.belief.c.id)).all()
            old = select(func.count()).where(t.status_version.c.recorded_to.is_(None), t.status_version.c.rule_version != "2")
            assert connection.scalar(old) == 0
        assert causes == ["research", "method", "record"]
        opened.engine.dispose()
