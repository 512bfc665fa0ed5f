"""`serve`: the record, its questions, reports and site in the browser, read-only."""

from __future__ import annotations

import ipaddress
from typing import Annotated

import typer

from tracker.cli.options import Data, instant_of, open_workspace
from tracker.cli.output import progress


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8001,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; by default only this machine can ask.")
    ] = "127.0.0.1",
    data: Data = None,
) -> None:
    """Serve the record in the browser. Tables, views, questions in SQL, reports and site. Nothing can be written. Needs the extra serve.

    On PostgreSQL it serves a copy made when it starts. Stop it with Ctrl-C or SIGTERM.

    \b
    Examples:
      kratom-tracker serve
      kratom-tracker serve --port 9000
    """
    from tracker.web import browser

    with open_workspace(data) as workspace:
        now = instant_of(workspace)
        if not _loopback(host):
            progress(f"{host} is not loopback: whoever reaches this machine can read the record and ask it in SQL")
        browser.serve(workspace, host, port, now, lambda address: print(f"serving {address}", flush=True))


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
