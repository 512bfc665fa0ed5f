"""The text of PDF files, read by pypdf in a process of its own that is ended when it takes too long or too much."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
from pathlib import Path

from scrapy.http import Response

from crawler.parsing.selecting import LayoutChanged
from crawler.parsing.text import fold_lines

MAX_SECONDS = 20
_WAITS = 2
"""Seconds on the clock for each of the processor, which others want, too."""
MAX_BYTES = 32 * 1024 * 1024
MAX_PAGES = 3_000
_READER = Path(__file__).with_name("pdf_reader.py")


def pdf_of(response: Response) -> str:
    """The plain text of a PDF, page by page; raises LayoutChanged for what is none, is encrypted, broken, empty or beyond a limit."""
    if len(response.body) > MAX_BYTES:
        raise LayoutChanged(f"the PDF at {response.url} has {len(response.body)} bytes, more than {MAX_BYTES}")
    command = [sys.executable, "-I", str(_READER), str(MAX_PAGES), str(math.ceil(MAX_SECONDS))]
    try:
        done = subprocess.run(command, input=response.body, capture_output=True, timeout=MAX_SECONDS * _WAITS, check=False)
        late = done.returncode == -signal.SIGXCPU
    except subprocess.TimeoutExpired:
        late = True
    if late:
        raise LayoutChanged(f"the PDF at {response.url} was not read within {MAX_SECONDS} seconds")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        raise LayoutChanged(f"the PDF at {response.url} cannot be read: {said[0]:.300}")
    text = fold_lines(done.stdout.decode("utf-8", "replace"))
    if not text:
        raise LayoutChanged(f"the PDF at {response.url} has no text; it may be a picture of paper")
    return text
