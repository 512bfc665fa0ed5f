"""Files are published whole, and what killed processes left goes with the next one."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tracker import files


def killed(work: Callable[[], object]) -> None:
    """Do something in a process of its own, which is killed before it ends."""
    if (child := os.fork()) == 0:
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "page.html"
    files.replace(path, b"one")
    files.replace(path, b"two")
    assert path.read_bytes() == b"two"
    assert [one.name for one in path.parent.iterdir()] == ["page.html"]


def test_a_killed_writer_leaves_the_old_page_and_the_next_removes_its_part(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    files.replace(path, b"old")

    def half() -> None:
        with files.replacing(path) as part:
            part.write_bytes(b"ha")
            die()

    killed(half)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    files.replace(tmp_path / "other.html", b"x")
    assert {one.name for one in tmp_path.iterdir()} == {"page.html", "other.html"}


def test_what_another_writes_is_left_alone(tmp_path: Path) -> None:
    with files.replacing(tmp_path / "one") as part:
        part.write_bytes(b"1")
        files.replace(tmp_path / "two", b"2")
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"one": b"1", "two": b"2"}


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    files.replace(path, b"old")

    def fail() -> None:
        with files.replacing(path) as part:
            part.write_bytes(b"half")
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        fail()
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]
    assert path.read_bytes() == b"old"


def test_a_folder_of_the_moment_goes_even_if_its_process_is_killed(tmp_path: Path) -> None:
    def half() -> None:
        with files.scratch(tmp_path, "work-") as folder:
            (folder / "x").write_text("x")
            die()

    killed(half)
    assert len(list(tmp_path.iterdir())) == 2
    with files.scratch(tmp_path, "work-") as folder, files.scratch(tmp_path, "work-") as beside:
        assert {one for one in tmp_path.iterdir() if one.is_dir()} == {folder, beside}
    assert list(tmp_path.iterdir()) == []
