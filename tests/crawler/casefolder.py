"""Case folders: a recorded answer, what it must yield, and nothing else.

`tests/crawler/cases/<source>/source.json` holds what its cases share: `terms` (language -> words), and `corpus`, what the source makes
of the recorded corpus, where that holds anything of it. `tests/crawler/cases/<source>/<case>/` holds

- `meta.json`: url, captured_at, constructed (true if made by hand), and only where they differ from what is usual: status (200),
  headers (the content type of the body that the route expects), terms (those of the source), watched (no measure); optionally note;
- one `body.*` (may be empty; `body.*.gz` is unpacked first);
- `request.*`, the body that was sent, where the request was a POST;
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
from crawler.contract.routes import Body
from crawler.contract.watched import WatchedMeasure
from crawler.parsing.matching import Term
from crawler.parsing.parse_result import Reading, read

CASES = Path(__file__).parent / "cases"
LONG = 4_000
TYPES = {
    Body.JSON: "application/json",
    Body.XML: "application/xml",
    Body.HTML: "text/html",
    Body.TEXT: "text/plain",
    Body.CSV: "text/csv",
    Body.ZIP: "application/zip",
    Body.PDF: "application/pdf",
    Body.RSS: "application/rss+xml",
}


def folders() -> list[Path]:
    """Every case folder, in order."""
    return sorted(path.parent for path in CASES.glob("*/*/meta.json"))


def load(folder: Path) -> tuple[dict[str, Any], Exchange]:
    """The meta data, with what is usual where the folder says nothing else, and the exchange that a folder records."""
    key = folder.parent.name
    written = json.loads((folder / "meta.json").read_text("utf-8"))
    sent = next((path.read_bytes() for path in folder.glob("request.*")), b"")
    method = "POST" if sent else "GET"
    route = registry.spider(key).facts.route(method, written["url"], sent)
    headers = {"content-type": TYPES[route.expects]} if route else {}
    meta = {"status": 200, "terms": of_source(key)["terms"], "watched": (), **written}
    meta |= {"method": method, "headers": headers | {name.lower(): value for name, value in meta.get("headers", {}).items()}}
    (body,) = folder.glob("body.*")
    payload = gzip.decompress(body.read_bytes()) if body.suffix == ".gz" else body.read_bytes()
    digest = payload_digest(payload)
    arrived = meta["status"], meta["headers"], payload, meta["captured_at"], digest
    return meta, Exchange(method, meta["url"], *arrived, request_body=sent)


def of_source(key: str) -> dict[str, Any]:
    """What the cases of a source share, and what it makes of the recorded corpus."""
    document: dict[str, Any] = json.loads((CASES / key / "source.json").read_text("utf-8"))
    return document


def of_corpus(field: str) -> dict[str, Any]:
    """One field of what each source makes of the recorded corpus, by source; those without it are left out."""
    found = {path.parent.name: of_source(path.parent.name).get("corpus", {}) for path in sorted(CASES.glob("*/source.json"))}
    return {key: corpus[field] for key, corpus in found.items() if corpus.get(field)}


def run(folder: Path) -> dict[str, Any]:
    """What the source of a folder makes of its answer, in the shape of `expected.json`."""
    meta, exchange = load(folder)
    watched = [WatchedMeasure(**measure) for measure in meta["watched"]]
    return as_expected(read(registry.spider(folder.parent.name)(terms=terms(meta["terms"]), watched=watched), exchange))


def terms(words: Mapping[str, Sequence[str]]) -> tuple[Term, ...]:
    """A term for each word of a language, which sources are asked for too."""
    return tuple(Term(text, "any", (language,), asked=(language,)) for language, texts in words.items() for text in texts)


def as_expected(reading: Reading) -> dict[str, Any]:
    """A reading as plain JSON."""
    return {
        "outcome": reading.outcome,
        "reason": reading.reason,
        "items": [_shortened(json.loads(json.dumps(item.to_dict()))) for item in reading.items],
        "requests": [f"{request.method} {request.url} {request.body.decode()}".strip() for request in reading.requests],
    }


def _shortened(item: dict[str, Any]) -> dict[str, Any]:
    item["captures"] = [{name: value for name, value in one.items() if value} for one in item["captures"]]
    text = item.get("text", "")
    if len(text) > LONG:
        digest = hashlib.sha256(text.encode()).hexdigest()
        item["text"] = {"length": len(text), "sha256": digest, "begins": text[:400], "ends": text[-200:]}
    return item
