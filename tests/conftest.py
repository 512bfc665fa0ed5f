"""Shared by all tests: where the optional research material is, and a clock that stands still."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the research material is not on this machine")
