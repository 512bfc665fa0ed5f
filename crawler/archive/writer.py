"""Writes exchanges into an archive file, record by record in gzip, so that (file, offset) finds each again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from warcio.warcwriter import WARCWriter

from crawler.archive.index import Place
from crawler.archive.redaction import strip_keys
from crawler.archive.warc import request_record, response_record, warc_date, warcinfo_record
from crawler.contract.items import CaptureRef


class Writer:
    """Appends exchanges to one file, which is begun with the first of them, behind a record that says what made it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: IO[bytes] | None = None

    def write(
        self,
        method: str,
        url: str,
        request_headers: Iterable[tuple[str, str]],
        status: int,
        headers: Iterable[tuple[str, str]],
        payload: bytes,
        captured_at: str,
        known: CaptureRef | None = None,
        request_body: bytes = b"",
        ip: str = "",
        cut: bool = False,
    ) -> Place:
        """Writes one exchange and says where.

        `payload` is the body before content coding was undone. `known` is an earlier capture of the same address: where the
        payload has its digest, or the status is 304, a revisit record is written in place of a second copy. `ip` is the address
        of the machine that answered, where it is known. `cut`: the payload is not all that the server announced.
        """
        stream, date = self._opened(), warc_date(captured_at)
        warc = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
        if not stream.tell():
            warc.write_record(warcinfo_record(warc, self.path.name, date))
        place = Place(self.path.name, stream.tell())
        fields = {"WARC-Date": date} | ({"WARC-IP-Address": ip} if ip else {})
        address = strip_keys(url)
        sent = fields | ({"WARC-Truncated": "disconnect"} if cut else {})
        response = response_record(warc, address, sent, status, list(headers), payload, known)
        request = request_record(warc, method, address, fields, request_headers, request_body, response)
        warc.write_record(response)
        warc.write_record(request)
        stream.flush()
        return place

    def close(self) -> None:
        """Closes the file, if it was ever begun."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _opened(self) -> IO[bytes]:
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self.path.open("ab")
        return self._stream
