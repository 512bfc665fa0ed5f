"""The record of a report test, to be read."""

from tests.tracker.reports.conftest import kept

__all__ = ["kept"]
