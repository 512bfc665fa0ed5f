"""Reading is reading: it works in a folder that cannot be written, whatever a writer left in it and whatever the folder is called."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.databases import Database
from tests.powerless import powerless
from tests.shipped import load

NAME = "a?b%20c#d ä&mode=memory"  # of a data folder; each of its signs means something in an address
READS = (
    *(["status", "US-TN"], ["history", "US-TN"], ["changes"], ["explain", "US-TN"], ["verify"], ["report"]),
    *(["sql", "SELECT count(*) AS n FROM belief"], ["sources", "list"], ["runs", "list"], ["review", "list"], ["db", "current"]),
)
_ASK = """
import json, sys
from tracker.cli import main
codes = []
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as end:
        codes.append(end.code or 0)
print(json.dumps(codes))
"""


def asked(data: Path, *verbs: list[str]) -> tuple[list[int], str]:
    """The exit status of each verb, asked in one process that may not pass over permissions; and what else went to stderr."""
    words = [[*verb, "--data", str(data)] for verb in verbs]
    environment = {"PYTHONPATH": ":".join(sys.path), "TRACKER_NOW": "2026-11-28T12:00:00Z", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", _ASK, json.dumps(words)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=powerless, env=environment, cwd=data.parent
    )
    said = [line for line in done.stderr.splitlines() if line.startswith(("kratom-tracker:", "Traceback"))]
    return json.loads(done.stdout.splitlines()[-1]), "\n".join(said)


def read_only(data: Path) -> None:
    for path in (data, *data.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def test_every_reading_verb_works_in_a_read_only_folder_of_any_name(sqlite: Database, tmp_path: Path) -> None:
    """Also a frozen edition is served; what would write is refused in words."""
    with sqlite.copy(load, tmp_path / "data") as record:
        folder = record.data.rename(tmp_path / NAME)
        assert asked(folder, ["db", "upgrade"], ["report"]) == ([0, 0], "")
        read_only(folder)
        before = sorted(tmp_path.rglob("*"))
        assert asked(folder, *READS) == ([0] * len(READS), "")
        codes, said = asked(folder, ["report", "--week", "2026-W46"])
        assert codes == [1]
        assert "cannot be written" in said
        assert sorted(tmp_path.rglob("*")) == before
        assert {path.name for path in before if path.parent == tmp_path} == {NAME}


def test_what_a_writer_left_in_its_log_is_read(sqlite: Database, tmp_path: Path) -> None:
    """A writer that was killed leaves a log without which the file would say less."""
    left = tmp_path / "left"
    with (
        sqlite.copy(load, tmp_path / "data") as record,
        closing(sqlite3.connect(record.data / "tracker.db", isolation_level=None)) as writer,
    ):
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("UPDATE jurisdiction SET name = 'Elsewhere' WHERE code = 'US-TN'")
        shutil.copytree(record.data, left, ignore=lambda *_: ["tracker.db-shm"])
    read_only(left)
    sql = "SELECT CASE name WHEN 'Elsewhere' THEN 1 ELSE abs(-9223372036854775808) END FROM jurisdiction WHERE code = 'US-TN'"
    assert asked(left, ["sql", sql], ["status", "US-TN"]) == ([0, 0], "")
