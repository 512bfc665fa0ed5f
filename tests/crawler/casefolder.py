"""Case folders: a recorded answer, what it must yield, and nothing else.

`tests/crawler/cases/<source>/<case>/` holds

- `meta.json`: method, url, status, headers, captured_at, constructed (true if made by hand), terms (language -> words),
  and optionally note;
- one `body.*` (may be empty; `body.*.gz` is unpacked first);
- `expected.json`: outcome, reason, items, requests, as `python -m tests.crawler.record <source>/<case>` writes it. A recorded
  expectation is a proposal: read it before you commit it.

A long text is expected as its length, digest, beginning and end.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler import registry
from crawler.archive.exchange import Exchange, payload_digest
from crawler.parsing.matching import Term
from crawler.parsing.parse_result import Reading, read

CASES = Path(__file__).parent / "cases"
LONG = 4_000


def folders() -> list[Path]:
    """Every case folder, in order."""
    return sorted(path.parent for path in CASES.glob("*/*/meta.json"))


def load(folder: Path) -> tuple[dict[str, Any], Exchange]:
    """The meta data and the exchange that a folder records."""
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    (body,) = folder.glob("body.*")
    payload = gzip.decompress(body.read_bytes()) if body.suffix == ".gz" else body.read_bytes()
    headers = {name.lower(): value for name, value in meta["headers"].items()}
    digest = payload_digest(payload)
    return meta, Exchange(meta["method"], meta["url"], meta["status"], headers, payload, meta["captured_at"], digest)


def run(folder: Path) -> dict[str, Any]:
    """What the source of a folder makes of its answer, in the shape of `expected.json`."""
    meta, exchange = load(folder)
    return as_expected(read(registry.spider(folder.parent.name)(terms=terms(meta["terms"])), exchange))


def terms(words: Mapping[str, Sequence[str]]) -> tuple[Term, ...]:
    """A term for each word of a language, which sources are asked for too."""
    return tuple(Term(text, "any", (language,), asked=(language,)) for language, texts in words.items() for text in texts)


def as_expected(reading: Reading) -> dict[str, Any]:
    """A reading as plain JSON."""
    return {
        "outcome": reading.outcome,
        "reason": reading.reason,
        "items": [_shortened(json.loads(json.dumps(item.to_dict()))) for item in reading.items],
        "requests": [f"{request.method} {request.url}" for request in reading.requests],
    }


def _shortened(item: dict[str, Any]) -> dict[str, Any]:
    item["captures"] = [{name: value for name, value in one.items() if value} for one in item["captures"]]
    text = item.get("text", "")
    if len(text) > LONG:
        digest = hashlib.sha256(text.encode()).hexdigest()
        item["text"] = {"length": len(text), "sha256": digest, "begins": text[:400], "ends": text[-200:]}
    return item
