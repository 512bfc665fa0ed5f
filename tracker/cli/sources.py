"""`sources list|show`: what is asked, how often, when it last answered, and what nobody asks yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from tracker.cli.options import Asked, Data, Json, asking
from tracker.cli.output import show_facts, show_json, show_table

app = typer.Typer(help="The sources and how they fare.", no_args_is_help=True, rich_markup_mode=None)

_FACTS = ("jurisdiction", "publisher", "name", "kind", "official", "url", "languages", "licence", "note")


@app.command("list")
def list_sources(
    catalogue: Annotated[bool, typer.Option("--catalogue", help="The official sources that no spider asks yet.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Every source that is crawled, with its last run and whether it is overdue.

    \b
    Examples:
      kratom-tracker sources list
      kratom-tracker sources list --catalogue --json
    """
    with asking(data) as asked:
        found = _catalogued(asked) if catalogue else crawled(asked)
    if json:
        show_json(found)
    elif catalogue:
        show_table([(s["jurisdiction"], s["name"], s["kind"], s["languages"], s["url"]) for s in found], _COLUMNS_CATALOGUED)
    else:
        show_table([_cells(source) for source in found], _COLUMNS)


_COLUMNS_CATALOGUED = ("jurisdiction", "name", "kind", "languages", "address")
_COLUMNS = ("source", "jurisdiction", "every", "verified live", "last run", "last ok", "overdue", "verdict", "name")


def _cells(source: dict[str, Any]) -> tuple[Any, ...]:
    return (
        source["key"],
        source["jurisdiction"],
        f"{source['cadence_hours']} h",
        source["verified_live_on"] or "never",
        source["last_run_at"] or "never",
        source["last_ok_at"] or "never",
        "overdue" if source["overdue"] else "",
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

    with asking(data) as asked:
        found = crawled(asked)
        source = next((source for source in found if source["key"] == key), None) or missing(
            "source", key, [source["key"] for source in found]
        )
        source["runs"] = _runs(asked, key)
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


def crawled(asked: Asked) -> list[dict[str, Any]]:
    """The sources that a spider asks, with `last_run_at`, `last_ok_at`, `overdue` and `verdict` as of the program's clock."""
    from sqlalchemy import select

    from tracker.store.schema.evidence_tables import crawl_run, source

    runs: dict[str, list[Any]] = {}
    for run in asked.connection.execute(select(crawl_run).where(crawl_run.c.mode == "live").order_by(crawl_run.c.id)):
        runs.setdefault(run.source, []).append(run)
    found = asked.connection.execute(select(source).where(source.c.crawled).order_by(source.c.key))
    return [_fared(row, runs.get(row.key, []), asked.now) for row in found]


def _fared(row: Any, runs: Sequence[Any], now: datetime) -> dict[str, Any]:
    healthy = [run.finished_at for run in runs if run.verdict == "healthy" and run.finished_at]
    last_ok = max(healthy, default=None)
    return {
        "key": row.key,
        **{name: getattr(row, name) for name in _FACTS},
        "cadence_hours": row.cadence_hours,
        "verified_live_on": row.verified_live_on,
        "last_run_at": runs[-1].started_at if runs else None,
        "last_ok_at": last_ok,
        "overdue": last_ok is None or now - last_ok > timedelta(hours=row.cadence_hours),
        "verdict": runs[-1].verdict if runs else "never run",
        "reason": runs[-1].reason if runs else "",
    }


def _catalogued(asked: Asked) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from tracker.store.schema.evidence_tables import source

    found = asked.connection.execute(select(source).where(~source.c.crawled).order_by(source.c.jurisdiction, source.c.key))
    return [{name: getattr(row, name) for name in ("key", *_FACTS)} for row in found]


def _runs(asked: Asked, key: str) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from tracker.store.schema.evidence_tables import crawl_run

    query = select(crawl_run).where(crawl_run.c.source == key).order_by(crawl_run.c.id.desc()).limit(10)
    return [dict(row) for row in asked.connection.execute(query).mappings()]
