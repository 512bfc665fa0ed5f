"""`sources`: what is asked, what is off, and what cannot be loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import registry
from tests.tracker.cli.conftest import Ask


def test_sources_that_were_never_asked_are_overdue(ask: Ask, data: Path) -> None:
    found = ask("sources", "list", "--json").json
    assert found
    assert all(source["overdue"] and source["verdict"] == "never run" for source in found)
    catalogue = ask("sources", "list", "--catalogue", "--json").json
    assert not {source["key"] for source in catalogue} & {source["key"] for source in found}
    shown = ask("sources", "show", found[0]["key"])
    assert found[0]["url"] in shown.out


def test_a_source_that_is_off_or_cannot_be_loaded_is_named(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SOURCES_OFF", "us_ecfr")
    monkeypatch.setattr(registry, "not_loaded", lambda: (("zz_lost", "source 'zz_lost' lacks licence"),))
    listed = ask("sources", "list", "--json")
    assert {source["key"] for source in listed.json if source["off"]} == {"us_ecfr"}
    assert "left out, it cannot be loaded: zz_lost: source 'zz_lost' lacks licence" in listed.err
    assert [line.split()[0] for line in ask("sources", "list").out.splitlines() if " off " in line] == ["us_ecfr"]
    assert "www.ecfr.gov (every 1 s)" in ask("sources", "show", "us_ecfr").out


def test_the_catalogue_names_what_nobody_asks(ask: Ask, data: Path) -> None:
    listed = {(one["jurisdiction"], one["url"].split("/")[2]) for one in ask("sources", "list", "--catalogue", "--json").json}
    asked = {(place, host.name) for facts in registry.sources().values() for host in facts.hosts for place in facts.jurisdictions}
    assert listed & asked == set()
    assert len(listed) > 50
