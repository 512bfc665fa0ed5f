"""ZIP files: members read as documents with their names, one at a time; what would unpack to more than we can hold is refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from scrapy.http import Response

from crawler.contract.routes import Body
from crawler.parsing.responses import body_response
from crawler.parsing.selecting import LayoutChanged

MAX_MEMBERS = 50_000
MAX_BYTES = 32 * 1024 * 1024
"""Of one member."""
MAX_TOTAL = 256 * 1024 * 1024
"""Of all members together, unpacked."""
MAX_RATIO = 200
"""Unpacked to packed; text reaches 30, a bomb 1,000."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class Zip:
    """The members of a ZIP file by name, in the order in which they stand in it; folders are none."""

    def __init__(self, response: Response) -> None:
        self.url = response.url
        try:
            self._file = zipfile.ZipFile(io.BytesIO(response.body))
        except _BROKEN as error:
            raise LayoutChanged(f"no readable ZIP file at {self.url}: {error}") from error
        self._members = {info.filename: info for info in self._file.infolist() if not info.is_dir()}
        if refused := self._refusal(len(response.body)):
            raise LayoutChanged(f"the ZIP file at {self.url} {refused}")

    def _refusal(self, packed: int) -> str | None:
        total = sum(info.file_size for info in self._members.values())
        largest = max(self._members.values(), key=lambda info: info.file_size, default=None)
        if len(self._members) > MAX_MEMBERS:
            return f"has {len(self._members)} members, more than {MAX_MEMBERS}"
        if largest and largest.file_size > MAX_BYTES:
            return f"has a member of {largest.file_size} bytes, {largest.filename!r:.80}, more than {MAX_BYTES}"
        if total > MAX_TOTAL:
            return f"unpacks to {total} bytes, more than {MAX_TOTAL}"
        return f"unpacks to {total} bytes of {packed}, more than {MAX_RATIO} times" if total > MAX_RATIO * packed else None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all members."""
        return tuple(self._members)

    def read(self, name: str) -> bytes:
        """A member; raises LayoutChanged if it is not there, encrypted, broken, or larger than the file says."""
        if name not in self._members:
            raise LayoutChanged(f"the ZIP file at {self.url} has no member {name!r}; it has {', '.join(self.names)[:300]}")
        try:
            return self._file.read(self._members[name])
        except _BROKEN as error:
            raise LayoutChanged(f"the member {name!r} of the ZIP file at {self.url} cannot be read: {error}") from error

    def member(self, name: str, expects: Body) -> Response:
        """A member as a response of a kind, at the address of the file with the member's name behind `#`."""
        return body_response(f"{self.url}#{name}", self.read(name), expects)

    def members(self, expects: Body, suffix: str = "") -> Iterator[Response]:
        """Every member whose name ends so, in any case."""
        return (self.member(name, expects) for name in self.names if name.lower().endswith(suffix.lower()))


def zip_of(response: Response) -> Zip:
    """The ZIP file that a body is; raises LayoutChanged for what is none, and for bombs."""
    return Zip(response)
