"""Fixtures for the tests of the documents."""

from tests.shipped import shipped, shipped_postgresql, shipped_sqlite

__all__ = ["shipped", "shipped_postgresql", "shipped_sqlite"]
