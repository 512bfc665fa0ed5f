"""The record of a report test, to be painted."""

from tests.tracker.reports.conftest import kept

__all__ = ["kept"]
