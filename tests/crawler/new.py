"""Writes the skeleton of a source: `python -m tests.crawler.new KEY [FOLDER]`

The source's file with facts to fill and routes to adapt, and its case folders: a good answer and the three refusals that every
source must show. FOLDER is one of `crawler/sources` (by default `us` for a key that begins with `us_`, else `world`). What is
left empty is refused by name until it is filled.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from crawler import registry
from tests.crawler import casefolder

SOURCES = Path(registry.__file__).parent / "sources"
SKELETON = Path(__file__).with_name("skeleton.py.txt")
CHALLENGE = "<html><head><title>Just a moment...</title></head><body>Verify that you are a human.</body></html>\n"
CASES = {
    "good_act": ("/acts/1", "", "replace url, captured_at and body.html by a real answer that names a search term"),
    "refused_empty": ("/acts", "", "what the publisher answers where there is nothing"),
    "refused_blocked": ("/acts", CHALLENGE, "a page for robots that claims success"),
    "refused_shape": ("/acts/1", "<html><body>new</body></html>\n", "a page of another shape"),
}


class Refused(ValueError):
    """The skeleton cannot be written; the message says why and what to do."""


def write(key: str, folder: str) -> list[Path]:
    """Writes source file and case folders of a new source; returns their paths. Raises Refused."""
    path = SOURCES / folder / f"{key}.py"
    _check(key, folder, path)
    name = "".join(word.capitalize() for word in key.split("_"))
    path.write_text(Template(SKELETON.read_text("utf-8")).substitute(KEY=key, CLASS=name), "utf-8")
    cases = casefolder.CASES / key
    cases.mkdir(parents=True)
    _write_json(cases / "source.json", {"terms": {"en": ["a word that the good case names"]}})
    for case, (address, body, note) in CASES.items():
        _write_case(cases / case, f"https://www.example.org{address}", body, case != "good_act", note)
    return [path, *(cases / case for case in CASES)]


def _check(key: str, folder: str, path: Path) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        raise Refused(f"{key!r} is not one word for a source: small letters, digits and underscores, such as xx_gazette")
    if key in registry.sources() or path.exists() or (casefolder.CASES / key).exists():
        raise Refused(f"there is a source {key!r} already; take another word, or edit that one")
    if not path.parent.is_dir():
        known = ", ".join(sorted(found.name for found in SOURCES.iterdir() if (found / "__init__.py").exists()))
        raise Refused(f"crawler/sources has no folder {folder!r}; known: {known}")


def _write_case(case: Path, url: str, body: str, constructed: bool, note: str) -> None:
    case.mkdir()
    captured_at = datetime.now(UTC).isoformat(timespec="seconds")
    _write_json(case / "meta.json", {"url": url, "captured_at": captured_at, "constructed": constructed, "note": note})
    (case / "body.html").write_text(body, "utf-8")


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main(arguments: Sequence[str]) -> int:
    """The command; see the module docstring."""
    if not 1 <= len(arguments) <= 2:
        print("usage: python -m tests.crawler.new KEY [FOLDER]", file=sys.stderr)
        return 2
    key, *rest = arguments
    try:
        written = write(key, rest[0] if rest else "us" if key.startswith("us_") else "world")
    except Refused as error:
        print(error, file=sys.stderr)
        return 2
    for path in written:
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
