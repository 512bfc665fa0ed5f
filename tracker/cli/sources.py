"""`sources list|show`: what is asked, how often, when it last answered, and what nobody asks yet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Data, Json, OpenRecord, open_record
from tracker.cli.output import show_facts, show_json, show_not_loaded, show_table

if TYPE_CHECKING:
    from tracker.history.sources import SourceRuns
    from tracker.store.session import Connection

app = typer.Typer(help="The sources and how they fare.", no_args_is_help=True, rich_markup_mode=None)

_FACTS = ("jurisdiction", "publisher", "name", "kind", "official", "url", "languages", "licence", "note")
_LAST_RUNS = 10


@app.command("list")
def list_sources(
    catalogue: Annotated[bool, typer.Option("--catalogue", help="The official sources that no spider asks yet.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Every source that is asked, and how it fares. With its last run and whether it is overdue, or turned off by TRACKER_SOURCES_OFF.

    \b
    Examples:
      kratom-tracker sources list
      kratom-tracker sources list --catalogue --json
    """
    with open_record(data) as record:
        listed = _catalogued(record.connection) if catalogue else _listed(record)
    if not catalogue:
        show_not_loaded()
    if json:
        show_json(listed)
    elif catalogue:
        show_table([(s["jurisdiction"], s["name"], s["kind"], s["languages"], s["url"]) for s in listed], _COLUMNS_CATALOGUED)
    else:
        show_table([_cells(source) for source in listed], _COLUMNS)


_COLUMNS_CATALOGUED = ("jurisdiction", "name", "kind", "languages", "address")
_COLUMNS = ("source", "jurisdiction", "every", "verified live", "last run", "last ok", "works", "overdue", "verdict", "name")


def _cells(source: dict[str, Any]) -> tuple[Any, ...]:
    return (
        source["key"],
        source["jurisdiction"],
        f"{source['cadence_hours']} h",
        source["verified_live_on"] or "never",
        source["last_run_at"] or "never",
        source["last_ok_at"] or "never",
        "works" if source["works"] else "",
        "off" if source["off"] else "overdue" if source["overdue"] else "",
        source["verdict"],
        source["name"],
    )


@app.command("show")
def show_source(
    key: Annotated[str, typer.Argument(metavar="SOURCE", help="Key of a source, as in sources list.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """One source: its facts and its last runs.

    \b
    Example:
      kratom-tracker sources show us_congress
    """
    from tracker.codebook.model import missing
    from tracker.history import runs

    with open_record(data) as record:
        listed = _listed(record)
        source = next((source for source in listed if source["key"] == key), None) or missing(
            "source", key, [source["key"] for source in listed]
        )
        source |= _declared(key)
        source["runs"] = [dict(row._mapping) for row in runs.newest(record.connection, _LAST_RUNS, source=key)]
    if json:
        show_json(source)
        return
    show_facts((name, value) for name, value in source.items() if name != "runs")
    print("last runs" if source["runs"] else "never run")
    show_table(
        [(r["id"], r["mode"], r["started_at"], r["verdict"], r["seen"], r["outcomes"], r["reason"]) for r in source["runs"]],
        ("run", "mode", "started", "verdict", "seen", "outcomes", "why"),
        whole=True,
    )


def _listed(record: OpenRecord) -> list[dict[str, Any]]:
    """The sources that a spider asks, and which of them are turned off."""
    off = record.workspace.settings.sources_off
    return [source | {"off": source["key"] in off} for source in crawled(record.connection, record.now)]


def _declared(key: str) -> dict[str, Any]:
    """What only the facts of a source say; nothing of one that is no longer declared."""
    from crawler import registry

    facts = registry.sources().get(key)
    if facts is None:
        return {}
    return {
        "jurisdictions": ", ".join(facts.jurisdictions),
        "hosts": ", ".join(f"{host.name} (every {host.delay:g} s)" for host in facts.hosts),
        "signs_in_with": ", ".join(facts.sign_in.variables) or "no key" if facts.sign_in else "no key",
    }


def crawled(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """The sources that a spider asks, and how they fare at `now`."""
    from tracker.history import sources

    return [_fared(one) for one in sources.crawled(connection, now)]


def _fared(source: SourceRuns) -> dict[str, Any]:
    newest = source.runs[-1] if source.runs else None
    return {
        "key": source.row.key,
        **{name: getattr(source.row, name) for name in _FACTS},
        "cadence_hours": source.row.cadence_hours,
        "verified_live_on": source.row.verified_live_on,
        "last_run_at": newest.started_at if newest else None,
        "last_ok_at": source.last_ok_at,
        "overdue": source.overdue,
        "works": source.works,
        "verdict": newest.verdict if newest else "never run",
        "reason": newest.reason if newest else "",
    }


def _catalogued(connection: Connection) -> list[dict[str, Any]]:
    """The official sources that no spider asks: neither by themselves nor at a host that it asks for the same jurisdiction."""
    from crawler import registry
    from crawler.contract.hosts import host_name
    from tracker.history import sources

    asked = {(host.name, place) for facts in registry.sources().values() for host in facts.hosts for place in facts.jurisdictions}
    rows = (row for row in sources.catalogued(connection) if (host_name(row.url), row.jurisdiction) not in asked)
    return [{name: getattr(row, name) for name in ("key", *_FACTS)} for row in rows]
