"""What goes into the archive comes out of it; keys do not go in; damage is named and costs only what it must."""

import errno
import gzip
import io
import os
import random
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import payloads
from crawler.archive.decoding import MAX_BYTES
from crawler.archive.errors import ArchiveDamaged, ArchiveMissing
from crawler.archive.exchange import Exchange, payload_digest
from crawler.archive.folder import Archive
from crawler.archive.index import Place, index
from crawler.archive.reader import read
from crawler.archive.redaction import strip_keys
from crawler.archive.warc import payload_of
from crawler.archive.writer import Writer
from crawler.contract.items import CaptureRef
from tests.conftest import SHARED, needs_shared

HTML = [("Content-Type", "text/html; charset=utf-8")]


def put(writer: Writer, url: str, body: bytes, at: str, **kwargs: object) -> Place:
    headers = kwargs.pop("headers", HTML)
    return writer.write("GET", url, [("Accept", "*/*")], 200, headers, body, at, **kwargs)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def test_exchanges_come_back_in_order_of_capture(archive: Archive) -> None:
    late, early = archive.writer(), archive.writer()
    place = put(late, "https://a.test/1", "späť".encode(), "2026-03-02T00:00:00+00:00")
    put(early, "https://a.test/2", b"two", "2026-03-01T12:00:00.000005+00:00")
    early.write("POST", "https://a.test/2", [], 404, HTML, b"no", "2026-03-03T00:00:00+00:00")
    late.close(), early.close()

    read_back = list(archive.read())
    assert [(one.method, one.status, one.body) for one in read_back] == [
        ("GET", 200, b"two"),
        ("GET", 200, "späť".encode()),
        ("POST", 404, b"no"),
    ]
    assert read_back[0].capture == CaptureRef(
        "GET", "https://a.test/2", "2026-03-01T12:00:00.000005+00:00", payload_digest(b"two")
    )
    assert archive.at(*place) == read_back[1]
    assert archive.at(read_back[2].file or "", read_back[2].offset or 0).method == "POST"


def test_the_payload_digest_is_of_what_was_sent(archive: Archive) -> None:
    packed = gzip.compress(b"<p>hello</p>", mtime=0)
    writer = archive.writer()
    put(writer, "https://a.test/", packed, "2026-03-01T00:00:00+00:00", headers=[*HTML, ("Content-Encoding", "gzip")])
    writer.close()
    (one,) = archive.read()
    assert one.body == b"<p>hello</p>"
    assert one.digest == payload_digest(packed)
    assert "content-encoding" not in one.headers


def test_an_unchanged_payload_is_kept_once(archive: Archive) -> None:
    writer = archive.writer()
    put(writer, "https://a.test/", b"same " * 1000, "2026-03-01T00:00:00+00:00")
    writer.close()
    (first,) = archive.read()
    again = archive.writer()
    put(again, "https://a.test/", b"same " * 1000, "2026-03-02T00:00:00+00:00", known=first.capture)
    put(again, "https://a.test/", b"other", "2026-03-03T00:00:00+00:00", known=first.capture)
    again.close()

    with again.path.open("rb") as stream:
        kinds = [record.rec_type for record in ArchiveIterator(stream)]
    assert kinds == ["warcinfo", "revisit", "request", "response", "request"]
    assert [one.body for one in archive.read()] == [b"same " * 1000, b"same " * 1000, b"other"]
    revisit = list(archive.read())[1]
    assert (revisit.captured_at, revisit.digest) == ("2026-03-02T00:00:00+00:00", first.digest)
    assert archive.at(revisit.file or "", revisit.offset or 0).body == b"same " * 1000
    (alone, _) = read([again.path])
    assert alone.absent, "a revisit whose payload is elsewhere says so"


def test_no_key_goes_in(archive: Archive) -> None:
    writer = archive.writer()
    sent = [("X-Api-Key", "hush"), ("Authorization", "hush"), ("Cookie", "hush"), ("Accept", "*/*")]
    url = "https://a.test/v3/bill?api_key=hush&q=a%20b&KEY=hush&OC=hush&key_words=x"
    writer.write("GET", url, sent, 200, HTML, b"body", "2026-03-01T00:00:00+00:00")
    writer.close()
    (one,) = archive.read()
    assert one.url == "https://a.test/v3/bill?q=a%20b&key_words=x"
    with gzip.open(writer.path) as stream:
        assert b"hush" not in stream.read()


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://a.test/?token=1", "https://a.test/"),
        ("https://a.test/x?a=1&apikey=2&b=%2F+3", "https://a.test/x?a=1&b=%2F+3"),
        ("https://a.test/x?", "https://a.test/x?"),
        ("https://a.test/x", "https://a.test/x"),
        ("https://a.test/?oc=1", "https://a.test/?oc=1"),
    ],
)
def test_strip_keys(url: str, clean: str) -> None:
    assert strip_keys(url) == clean


def written(folder: Path) -> tuple[Path, list[Exchange]]:
    writer = Archive(folder).writer()
    noise = random.Random(7)
    for day in range(1, 6):
        put(writer, f"https://a.test/{day}", noise.randbytes(300), f"2026-03-0{day}T00:00:00+00:00")
    writer.close()
    return writer.path, list(read([writer.path]))


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_cut_file_gives_every_whole_record_and_says_what_it_met(share: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    path, whole = written(tmp_path_factory.mktemp("cut"))
    length = int(share * path.stat().st_size)
    path.write_bytes(path.read_bytes()[:length])
    found, damage = [], ""
    try:
        for one in read([path]):
            found.append(one)
    except ArchiveDamaged as error:
        damage = str(error)
    assert found == whole[: len(found)]
    ends = [one.offset for one in whole[1:]]
    assert len(found) >= sum(1 for end in ends if end is not None and end <= length)
    assert damage == "" or str(path) in damage
    assert damage or length in record_ends(path), "only a cut between two records goes unnoticed"


def test_a_request_that_is_cut_anywhere_tells_nothing_of_its_answer(tmp_path: Path) -> None:
    path, whole = written(tmp_path)
    content = path.read_bytes()
    request, second = sorted(record_ends(path))[2:4]
    for length in range(request, second):
        path.write_bytes(content[:length])
        (found,) = [entry for entry in index([path]).entries if entry.place.offset == whole[0].offset]
        assert found.method == "GET"


def record_ends(path: Path) -> set[int]:
    with path.open("rb") as stream:
        records = ArchiveIterator(stream)
        return {records.offset for _ in records} | {path.stat().st_size}


def test_a_file_that_is_no_archive_is_named(tmp_path: Path) -> None:
    text = tmp_path / "notes.warc"
    text.write_text("nothing of the kind\n" * 20)
    empty = tmp_path / "empty.warc.gz"
    empty.write_bytes(b"")
    for path in (text, empty):
        with pytest.raises(ArchiveDamaged, match=path.name):
            list(read([path]))
    with pytest.raises(ArchiveMissing, match=r"absent\.warc"):
        list(read([tmp_path / "absent.warc"]))


def test_a_record_of_more_bytes_than_there_are_numbers_for_is_damage(tmp_path: Path) -> None:
    path, huge = tmp_path / "huge.warc.gz", b"9" * 40
    head = b"WARC/1.1\r\nWARC-Type: request\r\nContent-Type: application/http\r\nContent-Length: " + huge
    path.write_bytes(gzip.compress(head + b"\r\n\r\nGET / HTTP/1.1\r\n\r\n"))
    with pytest.raises(ArchiveDamaged, match=rf"{path.name}: after 0 whole records"):
        list(read([path]))


def test_damage_in_one_file_costs_nothing_of_another(tmp_path: Path) -> None:
    good, whole = written(tmp_path)
    bad = tmp_path / "bad.warc.gz"
    bad.write_bytes(b"\x1f\x8b\x08garbage")
    exchanges = read([bad, good])
    assert [next(exchanges) for _ in whole] == whole
    with pytest.raises(ArchiveDamaged, match="bad"):
        next(exchanges)


def test_one_gzip_stream_for_the_whole_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    plain = io.BytesIO()
    writer = WARCWriter(plain, gzip=False)
    for url in ("https://a.test/1", "https://a.test/2"):
        headers = StatusAndHeaders("200 OK", HTML, protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(b"x"), length=1, http_headers=headers))
    unpacked, packed = tmp_path / "a.warc", tmp_path / "b.warc.gz"
    unpacked.write_bytes(plain.getvalue())
    packed.write_bytes(gzip.compress(plain.getvalue()))
    assert [one.body for one in read([unpacked])] == [b"x", b"x"]
    with pytest.raises(ArchiveDamaged, match="warcio recompress"):
        list(read([packed]))


def test_a_strangers_archive_is_copied_in_once(archive: Archive, tmp_path: Path) -> None:
    path, whole = written(tmp_path / "elsewhere")
    copy = archive.adopt(path)
    assert archive.adopt(path) == copy
    assert [one.capture for one in archive.read()] == [one.capture for one in whole]
    assert archive.at(copy.name, whole[2].offset or 0).body == whole[2].body


def test_an_archive_without_writes_leaves_no_file(archive: Archive) -> None:
    archive.writer().close()
    assert archive.files() == []
    assert index([]).entries == ()


def test_a_copy_that_was_cut_off_leaves_nothing_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = tmp_path / "stranger.warc"
    stranger.write_bytes(b"WARC/1.1\r\n" * 100)

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    archive = Archive(tmp_path / "archive")
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", full)
        with pytest.raises(OSError, match="No space"):
            archive.adopt(stranger)
    assert not list(archive.folder.iterdir())
    assert archive.adopt(stranger).read_bytes() == stranger.read_bytes()


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, br", "GZIP", "identity"])
def test_every_coding_that_is_asked_for_is_undone(coding: str, archive: Archive) -> None:
    page = b"<p>hello</p>" * 100
    packed = page
    for one in coding.lower().split(", "):
        packed = PACK[one](packed)
    writer = archive.writer()
    put(writer, "https://a.test/", packed, "2026-03-01T00:00:00+00:00", headers=[*HTML, ("Content-Encoding", coding)])
    writer.close()
    (one,) = archive.read()
    assert (one.body, one.digest) == (page, payload_digest(packed))
    assert "content-encoding" not in one.headers


@pytest.mark.parametrize(
    ("coding", "payload"),
    [("compress", b"x"), ("gzip", b"no gzip"), ("zstd", b"no zstd"), ("gzip", gzip.compress(bytes(MAX_BYTES + 1)))],
)
def test_a_coding_that_cannot_be_undone_is_left_and_named(coding: str, payload: bytes, archive: Archive) -> None:
    writer = archive.writer()
    put(writer, "https://a.test/", payload, "2026-03-01T00:00:00+00:00", headers=[*HTML, ("Content-Encoding", coding)])
    writer.close()
    (one,) = archive.read()
    assert (one.body, one.headers["content-encoding"]) == (payload, coding)


def test_a_record_without_headers_of_an_answer_has_its_bytes_as_payload() -> None:
    made = WARCWriter(io.BytesIO(), gzip=True).create_warc_record(
        "https://a.test/", "resource", payload=io.BytesIO(b"x"), length=1
    )
    assert payload_of(made) == b"x"


def test_a_coding_in_letters_that_no_coding_has_is_unknown_and_stops_nothing(tmp_path: Path) -> None:
    answer = "HTTP/1.1 200 OK\r\nContent-Encoding: \u202egzip\r\n\r\nx".encode()
    head = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.test/\r\nWARC-Date: 2026-03-01T00:00:00Z\r\n"
    kind = f"Content-Type: application/http\r\nContent-Length: {len(answer)}\r\n\r\n"
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress((head + kind).encode() + answer + b"\r\n\r\n"))
    (one,) = read([path])
    assert (one.body, one.headers["content-encoding"]) == (b"x", "\u202egzip")


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
}


def test_a_revisit_is_read_by_one_look_up_however_much_there_is(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    first = archive.writer()
    at = put(first, "https://a.test/0", b"payload", "2026-03-01T00:00:00+00:00")
    for number in range(1, 50):
        put(first, f"https://a.test/{number}", b"%d" % number, "2026-03-01T00:00:00+00:00")
    first.close()
    known = archive.at(*at).capture
    again = archive.writer()
    revisits = [put(again, "https://a.test/0", b"payload", f"2026-03-0{day}T00:00:00+00:00", known=known) for day in (2, 3)]
    assert archive.at(*revisits[0]).body == b"payload"
    again.close()
    monkeypatch.setattr(payloads, "scan", None)
    assert archive.at(*revisits[1]).body == b"payload"
    assert Archive(archive.folder).at(*revisits[1]).body == b"payload", "another process need not read the archive either"


def test_a_payload_that_came_later_is_found(archive: Archive) -> None:
    writer = archive.writer()
    lost = CaptureRef("GET", "https://a.test/", "2026-03-01T00:00:00+00:00", payload_digest(b"late"))
    revisit = put(writer, "https://a.test/", b"late", "2026-03-02T00:00:00+00:00", known=lost)
    assert archive.at(*revisit).absent
    put(writer, "https://a.test/other", b"late", "2026-03-03T00:00:00+00:00")
    writer.close()
    assert archive.at(*revisit).body == b"late"


def test_a_look_up_does_not_trust_what_was_noted_of_another_file(archive: Archive, tmp_path: Path) -> None:
    writer, again = archive.writer(), archive.writer()
    first = put(writer, "https://a.test/", b"payload", "2026-03-01T00:00:00+00:00")
    revisit = put(again, "https://a.test/", b"payload", "2026-03-02T00:00:00+00:00", known=archive.at(*first).capture)
    assert archive.at(*revisit).body == b"payload"
    writer.close(), again.close()
    other = Archive(tmp_path / "other").writer()
    put(other, "https://a.test/", b"another", "2026-03-01T00:00:00+00:00")
    other.close()
    shutil.copyfile(other.path, writer.path)
    assert archive.at(*revisit).absent


def test_a_folder_that_cannot_be_written_is_read_all_the_same(archive: Archive) -> None:
    writer = archive.writer()
    first = put(writer, "https://a.test/", b"payload", "2026-03-01T00:00:00+00:00")
    revisit = put(writer, "https://a.test/", b"payload", "2026-03-02T00:00:00+00:00", known=archive.at(*first).capture)
    writer.close()
    (archive.folder / "payloads.sqlite").mkdir()
    assert archive.at(*revisit).body == b"payload"


def test_a_record_that_makes_no_sense_costs_only_itself(tmp_path: Path) -> None:
    good, whole = written(tmp_path)
    bad = WARCWriter(stream := io.BytesIO(), gzip=True)
    headers = StatusAndHeaders("abc OK", HTML, protocol="HTTP/1.1")
    bad.write_record(
        bad.create_warc_record("https://a.test/", "response", payload=io.BytesIO(b"x"), length=1, http_headers=headers)
    )
    good.write_bytes(stream.getvalue() + good.read_bytes())
    exchanges = read([good])
    assert [next(exchanges).body for _ in whole] == [one.body for one in whole]
    with pytest.raises(ArchiveDamaged, match=r"at byte 0 is left out: .*'abc'"):
        next(exchanges)


@needs_shared
@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("identical-sha1-without-refers-to", True),
        ("not-modified-empty-block", True),
        ("not-modified-without-digest", True),
        ("payload-elsewhere", False),
    ],
)
def test_strangers_revisits_lead_to_the_payload_or_say_that_it_is_not_there(name: str, held: bool, archive: Archive) -> None:
    copy = archive.adopt(SHARED / "faults/15-foreign-revisits" / f"{name}.warc.gz")
    exchanges = list(archive.read())
    full = {one.url: one for one in exchanges[:-1]}
    revisit = exchanges[-1]
    assert (revisit.absent is None) is held
    assert revisit.capture.payload_digest == (full[revisit.url].digest if held else payload_digest(b""))
    assert revisit.body == (full[revisit.url].body if held else b"")
    assert archive.at(copy.name, revisit.offset or 0) == revisit


def test_a_copy_that_was_damaged_is_replaced_and_what_a_killed_process_left_of_one_goes(tmp_path: Path) -> None:
    stranger, archive = tmp_path / "theirs.warc", Archive(tmp_path / "archive")
    stranger.write_bytes(b"WARC/1.1 whole")
    copy = archive.adopt(stranger)
    copy.write_bytes(b"WARC/1.1 wh")
    (child := subprocess.Popen([sys.executable, "-c", ""])).wait()
    dead, mine = (copy.with_name(f".{copy.name}.{process}") for process in (child.pid, os.getpid()))
    dead.write_bytes(b"WARC")
    mine.write_bytes(b"WARC")
    assert archive.adopt(stranger).read_bytes() == b"WARC/1.1 whole"
    assert not dead.exists()
