"""`propose`: what the coder reads in any text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import Json
from tracker.cli.output import show_facts, show_json
from tracker.cli.sql import read_text


def propose(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A text file, UTF-8.")],
    jurisdiction: Annotated[str, typer.Option("--jurisdiction", metavar="CODE", help="Whose text it is.")],
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="What sort of paper, such as bill; an unknown one lists all.")
    ],
    language: Annotated[str | None, typer.Option("--language", metavar="TAG", help="BCP 47 tag, such as fi.")] = None,
    json: Json = False,
) -> None:
    """What the coder reads in an official text. It proposes and decides nothing; nothing is recorded.

    \b
    Examples:
      kratom-tracker propose act.txt --jurisdiction US-TN --kind act
      kratom-tracker propose luettelo.txt --jurisdiction FI --kind codified_list --language fi --json
    """
    from tracker import coder, settings
    from tracker.codebook import load as load_codebook
    from tracker.domain.dates import civil_day, zone

    options = settings.load()
    codebook = load_codebook(options.codebook)
    place = codebook.jurisdiction(jurisdiction)
    today = civil_day(settings.now(), zone(options.zone or codebook.default_zone))
    reading = coder.propose(read_text(file), codebook, jurisdiction=place.code, kind=kind, language=language, today=today)
    read = reading.to_dict()
    if json:
        show_json(read)
        return
    show_facts((name, value) for name, value in read["measure"].items())
    for title, group in (("proposes", read["provisions"]), ("implies", read["implied"]), ("carves out", read["carve_outs"])):
        for one in group:
            print(f"{title}: {one['substance']}, {one['conduct']}: {one['effect']}")
            show_facts(((n, v) for n, v in one.items() if n not in ("substance", "conduct", "effect") and v), "  ")
    print(f"because: {'; '.join(reason for reason in read['reasons'] if reason)}")
