"""What to do about an error, in the words of the command line: the only place where one becomes a command or an option."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.errors import TrackerError

REMEDIES: Mapping[str, str] = {
    # the record and its database
    "no_record": "make one with: kratom-tracker run --data {data}",
    "schema_old": "bring it up with: kratom-tracker db upgrade",
    "source_old": "bring it up first with: TRACKER_DATABASE_URL={url} kratom-tracker db upgrade",
    "schema_newer": "install a newer kratom-tracker",
    "schema_damaged": "copy it into an empty database, which gets the whole schema and refuses rows that it forbids:"
    " kratom-tracker db copy SOURCE TARGET",
    "views_differ": "make them anew with: kratom-tracker db upgrade",
    "views_of_others": "drop them, run: kratom-tracker db upgrade, and make them again (pg_get_viewdef shows how they read)",
    "no_temporary": "the database's owner allows it with: GRANT TEMPORARY ON DATABASE {database} TO {role}",
    "works_from_rows": "upgrade with: kratom-tracker db upgrade; to try it, copy the record first: kratom-tracker db copy SOURCE TARGET",
    "seals_broken": "go on from a copy of the record whose seals hold; the release that wrote this one names all that differs:"
    " kratom-tracker verify",
    "record_damaged": "restore it from a copy; kratom-tracker verify names all that is wrong",
    "bad_data_folder": "give another folder with --data",
    "forbidden_data_folder": "change its rights or give another with --data",
    "disk_full": "make room and ask again",
    "empty_record": "fill it with: kratom-tracker run",
    # this machine
    "clock_behind": "set the clock right; where it is right, kratom-tracker doctor names what lies ahead and how to go on",
    "clock_ahead": "set the clock right; where it is right, say so with the next command: TRACKER_AHEAD_DAYS={days}",
    "missing_extra": "install the extra: kratom-tracker[{extra}], as in: pip install 'kratom-tracker[{extra}]'",
    "missing_pango": "on Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 (libpango), on macOS: brew install pango",
    "bad_host": "give another with --host",
    "port_in_use": "give another with --port or --host",
    # what was asked
    "too_large": "narrow it: fewer or shorter columns, an answer that needs no sorting",
    "too_slow": "narrow it, or give more with --timeout",
    "known_to_come": "leave --known away",
    "known_too_early": "give a later --known",
    "range_backwards": "give --from and --to the other way round",
    "range_too_late": "give an earlier --to",
    "panel_too_large": "give a longer period (--panel month), a shorter range (--from, --to) or one --substance",
    "too_many_rows": "give --format csv or parquet",
    "not_an_export": "give an empty or new folder with --output",
    # runs and proposals
    "no_run": "see: kratom-tracker runs list",
    "no_proposal": "see: kratom-tracker review list --state all",
    "not_law": "where it has become law, say from which day: --from 2026-07-01",
    "no_first_day": "say from which day it holds or replaces: --from 2026-07-01",
    "too_early": "give a later --from",
    "conflicts": "say --replaces (and --from DAY) or --no-replaces",
    "no_person": "say who decides or codes, with --by: the record names them",
    "decided": "it is not asked again",
    "same_rule": "accept the better one and reject the other",
    "run_accepted": "there is nothing left to accept in it",
    "run_believed": "there is nothing left to accept in it",
    "run_met_no_network": "there is nothing in it to accept",
    "no_end": "code it with the day on which it expires: kratom-tracker code",
}
"""By code; what stands in braces are fields of the error."""


def in_words(error: TrackerError) -> str:
    """One line: what is wrong, and where there is one the remedy."""
    remedy = REMEDIES[error.code].format(**error.fields) if error.code else ""
    return f"{error}; {remedy}" if remedy else str(error)
