"""Runs modules as `python -m` does, in forks of one process that has imported the crawler: that takes most of the time of a small crawl.

`python -m tests.crawler.forks` is that process. It reads jobs from standard input, a JSON object a line, and answers each with the exit
status of its fork.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import select
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def _parent() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.crawler.forks"]
    parent = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(_end, parent)
    return parent


def _end(parent: subprocess.Popen[str]) -> None:
    parent.kill()
    parent.communicate()


def run(module: str, *words: str, environment: Mapping[str, str], log: Path, seconds: float = 90) -> int:
    """Run a module in a fork; what it prints goes to `log`. Returns the exit status, as `subprocess` gives it; TimeoutError."""
    parent = _parent()
    assert parent.stdin
    assert parent.stdout
    parent.stdin.write(json.dumps({"module": module, "words": words, "environment": dict(environment), "log": str(log)}) + "\n")
    parent.stdin.flush()
    if not select.select([parent.stdout], [], [], seconds)[0]:
        _end(parent)
        _parent.cache_clear()
        raise TimeoutError(f"{module} did not end within {seconds} seconds: {log.read_text('utf-8', 'replace')}")
    return int(parent.stdout.readline())


def main() -> None:
    """Fork for each job; the fork goes on as the module and ends as it ends."""
    from scrapy.core.downloader.handlers import http11  # noqa: F401
    from scrapy.settings import Settings

    import crawler.fetching.process  # noqa: F401

    settings = Settings()
    settings.setmodule("crawler.settings")
    for kind in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"):  # Scrapy imports whatever one of these names
        settings.get_component_priority_dict_with_base(kind)

    for line in sys.stdin:
        job = json.loads(line)
        if (fork := os.fork()) == 0:
            _become(**job)
            return
        print(os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]), flush=True)


def _become(module: str, words: list[str], environment: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, (path, flags) in enumerate([(os.devnull, os.O_RDONLY), (log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)]):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    os.dup2(1, 2)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
