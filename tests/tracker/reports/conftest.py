"""The empty record of a report test, with the codebook in it, on each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tracker.reports.record import Kept
from tracker.workspace import Workspace


@pytest.fixture
def kept(empty: Workspace, tmp_path: Path) -> Kept:
    return Kept(empty.engine, tmp_path / "kept")
