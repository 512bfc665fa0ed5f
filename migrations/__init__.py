"""Alembic migrations of the record; shipped with the program."""
