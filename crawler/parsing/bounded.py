"""Work that may take neither more time nor more memory than it is given: in a process of its own, that can be ended.

What is crawled may be made to keep a parser busy for ever or to fill the memory, and neither Python nor the libraries below it can
be told to stop. So such work is done by a copy of this process (a fork: it knows all that we know, and starts in some milliseconds),
one question after the other, as long as it keeps within its limits. One that does not is ended, which costs that question alone; the
next one gets a new copy.
"""

from __future__ import annotations

import gc
import math
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Generic, NoReturn, Self, TypeVar, cast

from crawler.contract.errors import CrawlerError

Question = TypeVar("Question")
Answer = TypeVar("Answer")
_WAITS = 20
"""Seconds on the clock for each second of the processor: others want it, too."""
_OUT_OF_MEMORY = 3
"""Exit status of a copy that could not even say so."""


class NotDone(CrawlerError):
    """The work failed or was ended; the message says why, to be put behind a name: `ran out of time`."""


@dataclass(frozen=True)
class Limits:
    """Seconds of the processor for one question, and bytes of memory beside what the process has from the start."""

    seconds: int
    memory: int


class Bounded(Generic[Question, Answer]):
    """A function whose calls are limited; question and answer are pickled.

    The copy is made at the first call and knows nothing that changes afterwards, until `close`.
    """

    def __init__(self, work: Callable[[Question], Answer], limits: Limits) -> None:
        self._work, self._limits = work, limits
        self._worker: tuple[int, Connection] | None = None

    def __call__(self, question: Question) -> Answer:
        """The function's answer; raises NotDone."""
        pid, connection = self._worker = self._worker or self._start()
        try:
            connection.send(question)
            if not connection.poll(self._limits.seconds * _WAITS + 1):
                self.close()
                raise NotDone(self._late())
            failure, answer = connection.recv()
        except (EOFError, ConnectionError):
            self._worker = None
            connection.close()
            raise NotDone(self._fate(os.waitpid(pid, 0)[1])) from None
        if failure is not None:
            self.close()  # it may be out of memory, or what is left of that is in pieces
            raise NotDone(failure)
        return cast(Answer, answer)

    def close(self) -> None:
        """End the copy; the next call makes another."""
        if self._worker is not None:
            pid, connection = self._worker
            self._worker = None
            connection.close()
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> tuple[int, Connection]:
        ours, theirs = Pipe()
        pid = os.fork()
        if pid == 0:
            _serve(theirs, self._work, self._limits)
        theirs.close()
        return pid, ours

    def _late(self) -> str:
        return f"did not end within {self._limits.seconds * _WAITS} seconds"

    def _fate(self, status: int) -> str:
        """What ended a copy."""
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if ended_by == signal.SIGALRM:
            return self._late()
        if ended_by == signal.SIGXCPU:
            return f"ran out of time: {self._limits.seconds} seconds of the processor"
        if ended_by == signal.SIGKILL or os.waitstatus_to_exitcode(status) == _OUT_OF_MEMORY:
            return _memory(self._limits)
        return f"ended the process that it ran in (status {os.waitstatus_to_exitcode(status)})"


def _memory(limits: Limits) -> str:
    return f"ran out of memory: {limits.memory // 2**20} MB"


def _serve(connection: Connection, work: Callable[[Question], Answer], limits: Limits) -> NoReturn:
    """The copy's whole life: it never returns into what it was copied from."""
    status = 0
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        _let_go(connection.fileno())
        gc.freeze()
        _limit(resource.RLIMIT_AS, _in_use() + limits.memory)
        _limit(resource.RLIMIT_CORE, 0)
        while True:
            question = connection.recv()
            _limit(resource.RLIMIT_CPU, math.ceil(sum(os.times()[:2])) + limits.seconds)
            signal.alarm(limits.seconds * _WAITS)  # it ends by itself if whoever asked is gone
            connection.send(_answer(work, question, limits))
    except MemoryError:
        status = _OUT_OF_MEMORY
    finally:  # EOFError: whoever asks is gone
        os._exit(status)


def _answer(work: Callable[[Question], Answer], question: Question, limits: Limits) -> tuple[str | None, Answer | None]:
    """Why there is no answer, and the answer."""
    try:
        return None, work(question)
    except MemoryError:
        return _memory(limits), None
    except Exception as error:  # the edge of a process
        return f"failed: {type(error).__name__}: {error!s:.300}", None


def _let_go(kept: int) -> None:
    """Closes what the copy has no business with: locks and connections would last as long as it."""
    os.closerange(3, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _limit(what: int, most: int) -> None:
    """Sets a soft limit, so that a process which this one starts may have one of its own."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _in_use() -> int:
    """Bytes of address space that the process has."""
    with open("/proc/self/statm", encoding="ascii") as stream:
        return int(stream.read().split()[0]) * resource.getpagesize()
