"""What an archive cannot give.

ArchiveError
├── ArchiveMissing   there is no such file
└── ArchiveDamaged   something in it cannot be read; raised only after everything readable was handed out
"""

from __future__ import annotations

from crawler.contract.errors import CrawlerError


class ArchiveError(CrawlerError):
    """An archive cannot give what was asked; the message names the file and the remedy."""


class ArchiveMissing(ArchiveError):
    """There is no such archive file."""


class ArchiveDamaged(ArchiveError):
    """A file is cut, damaged or no archive at all."""
