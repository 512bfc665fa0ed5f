"""What may be chosen of an export. Cheap to import: the command line reads it."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What an export can hold beside codebook and scripts; `pdf` is the codebook's."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"
    SQLITE = "sqlite"
    PDF = "pdf"
