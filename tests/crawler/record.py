"""Writes `expected.json` of case folders from what the parsers say now: `python -m tests.crawler.record SOURCE[/CASE]…`

The result is a proposal for review, not a proof.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from crawler import registry
from crawler.contract.items import InvalidItem
from tests.crawler import casefolder


class NothingToRecord(ValueError):
    """A case cannot be recorded; the message says what is missing."""


def record(folder: Path) -> Path:
    """Writes what a folder's source makes of its answer; raises NothingToRecord, UnknownSource or InvalidItem."""
    told = casefolder.run(folder)
    if told["outcome"] is None:
        raise NothingToRecord(f"{folder}: {told['reason']}; mend the url in meta.json or the route")
    path = folder / "expected.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def folders(name: str) -> Iterator[Path]:
    """The case folders that `SOURCE` or `SOURCE/CASE` names; raises NothingToRecord."""
    found = [folder for folder in casefolder.folders() if name in (folder.parent.name, f"{folder.parent.name}/{folder.name}")]
    if not found:
        raise NothingToRecord(f"{casefolder.CASES / name} holds no case (meta.json and body.*)")
    yield from found


def main(names: list[str]) -> int:
    try:
        for name in names:
            for folder in folders(name):
                print(f"{record(folder)}: read it before you commit it")
    except (NothingToRecord, registry.UnknownSource, InvalidItem) as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if names else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
