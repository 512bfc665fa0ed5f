"""Answers that nobody should send, each beside a good one: for tests that one bad thing costs one thing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from tests.tracker.replays import Answer, answer

AT = "2026-11-24T06:00:00+00:00"
_DOCUMENTS = "https://www.federalregister.gov/api/v1/documents"
_RANDOM = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(100_000))
"""A hundred thousand characters that no database can press into fewer bytes."""

TAKEN: dict[str, dict[str, Any]] = {
    "controls": {"title": "Kratom\x00 placement\x0b in \bschedule\x1b[31m I\x9b2J"},
    "separators": {"title": "Kratom\u2028and\u2029its\x85parts"},
    "overrides": {"title": "Kratom \u202eelur lanif\u202c \u2066x\u2069 \U000e0041\U000e0042"},
    "surrogate": {"title": "Kratom \ud800 rule", "abstract": "Kratom \udfff is named."},
    "long title": {"title": "Kratom " + "x" * 10_000},
    "formula": {"title": '=HYPERLINK("http://x.test","kratom")'},
    "wide formula": {"title": "\uff1dcmd|' /C calc'!A0 kratom"},
    "markup": {"title": "<svg onload=alert(1)><script>alert(1)</script> kratom [x](javascript:alert(1)) | **b**"},
    "no number": {"page_views": float("nan"), "other": float("inf"), "huge": 10**40},
    "far day": {"effective_on": "9999-12-31"},
    "first day": {"effective_on": "0001-01-01", "signing_date": "0001-01-01"},
    "script as link": {"html_url": "javascript:alert(1)"},
    "script at a host": {"html_url": "javascript://www.federalregister.gov/%0aalert(1)"},
    "no address": {"html_url": "http://["},
    "unknown host": {"html_url": "https://never.heard.of.example/x"},
    "long link": {"html_url": "https://www.federalregister.gov/" + _RANDOM},
    "text elsewhere": {"full_text_xml_url": "https://never.heard.of.example/x.xml"},
    "text in a file": {"full_text_xml_url": "file:///etc/passwd"},
    "comments never close": {"comments_close_on": "0000-00-00"},
    "long abstract": {"abstract": "Kratom. " + _RANDOM},
    "dockets of all kinds": {"docket_ids": [None, True, {"a": 1}, "Docket\x1b[2J No. 1"]},
}
"""What is taken in, with what is bad in it left out."""

REFUSED: dict[str, dict[str, Any]] = {
    "null id": {"document_number": None},
    "an id of another kind": {"document_number": 10**30},
    "an id that is true": {"document_number": True},
    "an empty title": {"title": " \u200b"},
    "a title of another kind": {"title": ["kratom"]},
    "a long id": {"document_number": f"2026-{_RANDOM}"},
    "a day before the calendar": {"effective_on": "0000-00-00"},
    "a day that is not there": {"effective_on": "2026-02-30"},
    "a day of another kind": {"effective_on": 20261201},
    "an address that is a list": {"html_url": ["https://www.federalregister.gov/d/1"]},
    "an unknown type": {"type": "Rule\x1b]0;x\x07"},
}
"""What is named and left out."""


def record(number: str, **fields: Any) -> dict[str, Any]:
    """The register's record of a document that names the subject."""
    known = {
        "abstract": "Kratom is named here.",
        "action": None,
        "agencies": [{"name": "Drug Enforcement Administration"}],
        "cfr_references": [{"title": 21, "part": "1308"}],
        "citation": None,
        "comments_close_on": None,
        "dates": None,
        "docket_ids": ["Docket No. DEA-1"],
        "document_number": number,
        "effective_on": "2026-12-24",
        "full_text_xml_url": None,
        "html_url": f"https://www.federalregister.gov/d/{number}",
        "publication_date": "2026-11-20",
        "raw_text_url": None,
        "signing_date": None,
        "title": f"Kratom; placement {number}",
        "type": "Rule",
    }
    return known | fields


def number_of(case: str) -> str:
    """The document number of a case."""
    return f"2026-{41_000 + [*TAKEN, *REFUSED].index(case)}"


def answers() -> list[Answer]:
    """An answer for each case, and as many good ones."""
    cases = [_document(number_of(case), **fields) for case, fields in {**TAKEN, **REFUSED}.items()]
    return [*cases, *(_document(f"2026-{42_000 + count}") for count in range(len(cases)))]


def search() -> Answer:
    """A page of results of which one is no record and one has no number."""
    results = [
        record("2026-43001"),
        "kratom",
        record("2026-43002", document_number=None),
        record("2026-43003"),
        record("2026-43004"),
    ]
    body = {"count": len(results), "results": results, "next_page_url": "https://never.heard.of.example/page2"}
    return answer(f"{_DOCUMENTS}.json?conditions%5Bterm%5D=kratom", _json(body), AT)


def _document(number: str, **fields: Any) -> Answer:
    return answer(f"{_DOCUMENTS}/{number}.json", _json(record(number, **fields)), AT)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def raw(path: Path, *heads: str, body: bytes = b"{}") -> Path:
    """An archive file whose records are written by hand: each head is that of a WARC record, `|`, and that of its answer."""
    members = []
    for head in heads:
        of_record, _, of_answer = head.partition("|")
        block = of_answer.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body
        fields = f"WARC/1.0\r\nWARC-Type: response\r\n{of_record}Content-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
        members.append(gzip.compress(fields.encode("utf-8", "surrogateescape") + block + b"\r\n\r\n"))
    path.write_bytes(b"".join(members))
    return path
