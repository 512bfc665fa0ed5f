"""What a crawl archives is a WARC file to other programs too: warcio's own checker, and FastWARC."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.archive.exchange import payload_digest
from crawler.archive.folder import Archive
from crawler.contract.items import CaptureRef
from tests.crawler.localsite import crawl, serving

HTML = [("Content-Type", "text/html")]
AT = "2026-03-01T00:00:00+00:00"


def records(path: Path, parse_http: bool = True) -> list[WarcRecord]:
    with path.open("rb") as stream:
        found = []
        for record in ArchiveIterator(stream, parse_http=parse_http):
            record.freeze()
            found.append(record)
        return found


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file with a page, a form, the same page again, and an answer 304."""
    writer = Archive(tmp_path).writer()
    known = CaptureRef("GET", "https://a.test/1", AT, payload_digest(b"one"))
    writer.write("GET", "https://a.test/1", [("Accept", "*/*")], 200, HTML, b"one", AT, ip="192.0.2.1")
    writer.write("POST", "https://a.test:8443/2", [], 200, HTML, b"two", AT, request_body=b"q=1&api_key=hush", ip="2001:db8::1")
    writer.write("GET", "https://a.test/1", [], 200, HTML, b"one", "2026-03-02T00:00:00+00:00", known=known)
    writer.write("GET", "https://a.test/1", [], 304, HTML, b"", "2026-03-03T00:00:00+00:00", known=known)
    writer.close()
    return writer.path


def test_warcio_finds_nothing_wrong(written: Path) -> None:
    check = [sys.executable, "-c", "from warcio.cli import main; main()", "check", "-v", str(written)]
    done = subprocess.run(check, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") == 7
    assert done.stdout.count("not checked (revisit)") == 2
    assert "fail" not in done.stdout


def test_another_reader_finds_every_record_and_its_digests(written: Path) -> None:
    kinds = [record.record_type for record in records(written)]
    pair, again = [WarcRecordType.response, WarcRecordType.request], [WarcRecordType.revisit, WarcRecordType.request]
    assert kinds == [WarcRecordType.warcinfo, *pair, *pair, *again, *again]
    assert all(record.verify_block_digest() for record in records(written, parse_http=False))
    whole = [record for record in records(written) if record.record_type in (WarcRecordType.response, WarcRecordType.request)]
    assert all(record.verify_payload_digest() for record in whole)


def test_a_file_begins_with_what_made_it_once(written: Path) -> None:
    first, *rest = records(written)
    assert first.headers["WARC-Filename"] == written.name
    assert first.headers["WARC-Date"].startswith("2026-03-01T00:00:00")
    told = first.reader.read().decode()
    assert "software: Scrapy/" in told
    assert "format: WARC File Format 1.1" in told
    assert all(record.record_type is not WarcRecordType.warcinfo for record in rest)


def test_requests_name_their_host_and_records_the_machine(written: Path) -> None:
    asked = [record for record in records(written) if record.record_type is WarcRecordType.request]
    assert [record.http_headers["Host"] for record in asked] == ["a.test", "a.test:8443", "a.test", "a.test"]
    machines = [record.headers.get("WARC-IP-Address") for record in records(written)]
    assert machines == [None, "192.0.2.1", "192.0.2.1", "2001:db8::1", "2001:db8::1", None, None, None, None]


def test_a_crawl_writes_the_machine_that_answered(tmp_path: Path) -> None:
    with serving() as site:
        site.pages = {"/item/1": (200, dict(HTML), b"<title>kept</title>"), "/robots.txt": (404, {}, b"")}
        done = crawl(site, tmp_path, "/item/1")
    (path,) = done.archive.files()
    told = [record for record in records(path) if record.record_type is WarcRecordType.response]
    assert [record.headers["WARC-IP-Address"] for record in told] == ["127.0.0.1"] * len(told) != []
    asked = [record for record in records(path) if record.record_type is WarcRecordType.request]
    assert {record.http_headers["Host"] for record in asked} == {f"127.0.0.1:{site.port}"}
