"""A real PostgreSQL server for tests: found on this machine, started in a temporary folder, stopped at the end.

The server refuses to run as root, so there it runs as the user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOM = 4_000_000_000  # bytes; a server's log alone may grow to one of them


def binaries() -> Path | None:
    """The folder of the newest server's programs; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


def memory() -> Path | None:
    """A folder in memory with room for a server's small databases, which are made there in a fraction of the time; None without."""
    found = Path("/dev/shm")
    return found if found.is_dir() and shutil.disk_usage(found).free > _ROOM else None


@contextmanager
def server(parent: Path | None = None) -> Iterator[str]:
    """Start a server with its data in `parent` or where temporary files go; yields the address of its maintenance database."""
    programs = binaries()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=parent))
    user = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(*command: str) -> None:
        subprocess.run(
            command, check=True, cwd=folder, stdout=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8", "PATH": os.defpath}, **user
        )

    data = str(folder / "data")
    call(str(programs / "initdb"), "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    call(str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    finally:
        call(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(maintenance: str, template: str = "") -> Iterator[str]:
    """A database of its own on the server, dropped afterwards: empty, or a copy of the one at `template`, to which nobody is connected."""
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    copied = f" TEMPLATE {template.rpartition('/')[2]}" if template else ""
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{copied}")
    try:
        yield maintenance.rsplit("/", 1)[0] + "/" + name
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
