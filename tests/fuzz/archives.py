"""The reader of archives, on mutated files: exchanges, or damage by name."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from uuid import UUID

from crawler.archive.errors import ArchiveDamaged
from crawler.archive.exchange import Exchange
from crawler.archive.reader import read
from crawler.archive.writer import Writer
from tests.fuzz.target import Target, scratch

AT = "2026-11-24T06:00:00+00:00"
_NAMES = re.compile(rb"(?<=urn:uuid:)[0-9a-f-]{36}")
_HEADS = re.compile(rb"(?=WARC/1\.[01]\r\n)")


def _make() -> tuple[Sequence[bytes], Callable[[int, bytes], None]]:
    folder = scratch()
    text = _records(folder)
    seeds = [_members(text), text]

    def run(number: int, data: bytes) -> None:
        path = folder / "mutated.warc.gz"
        path.write_bytes(data if number == 0 else _members(data))
        damage = ""
        try:
            with redirect_stderr(io.StringIO()):  # warcio's own warnings
                assert all(isinstance(one, Exchange) and isinstance(one.body, bytes) for one in read([path]))
        except ArchiveDamaged as error:
            damage = str(error)
        assert not damage or path.name in damage

    return seeds, run


def _records(folder: Path) -> bytes:
    """What a file of ours holds, unpacked, with names of records that are always the same."""
    writer = Writer(folder / "seed.warc.gz")
    coded = [("content-type", "text/html"), ("content-encoding", "gzip")]
    for number, body in enumerate((b"<p>one</p>", gzip.compress(b"two", mtime=0), b"<p>one</p>")):
        asked = f"https://a.test/{number}"
        writer.write("POST" if number == 1 else "GET", asked, [("accept", "*/*")], 200, coded if number == 1 else [], body, AT)
    writer.close()
    text = gzip.decompress(writer.path.read_bytes())
    for number, name in enumerate(dict.fromkeys(_NAMES.findall(text))):
        text = text.replace(name, str(UUID(int=number)).encode())
    return text


def _members(data: bytes) -> bytes:
    """Each record packed for itself, as in a real file, so that a change reaches the fields of a record."""
    return b"".join(gzip.compress(part, 1, mtime=0) for part in _HEADS.split(data) if part)


TARGET = Target("archives", _make)
