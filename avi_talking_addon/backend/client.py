# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker's client: a warm child process, asked by messages and looked after by `poll`.

    worker = shared_worker(python, code, logs)
    request = worker.submit("analyze", {"path": "/clips/line.wav"})
    while not request.done:          # in Blender: one `poll` in each tick of a timer
        worker.poll()
    request.result or request.error

`submit`, `poll` and `cancel` never wait. Threads carry bytes between the pipes and queues and touch nothing
else; everything is decided in the thread that calls. Without Blender this module works the same.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from ...model_backend import protocol
from . import process

WORKER: tuple[str, ...] = ("-m", "model_backend.worker")
START_TIMEOUT = 60.0
"""Seconds a worker may take to say its first word: a cold disk and a virus scanner are slow."""
CANCEL_GRACE = 3.0
"""Seconds a cancelled job may go on before its process is ended."""
STOP_GRACE = 1.0
"""Seconds the process may take to end when it is stopped: Blender waits for them."""
END_GRACE = 0.2
"""Seconds a process that has closed its pipe may take to end."""
MAX_SENDS = 2
"""How often a job is given to a worker that dies before beginning it."""
MAX_NOTES = 100
"""Lines that the client itself writes to the log of one process."""
LOG_LIMIT = 1_000_000
"""Bytes after which a log is begun anew."""
LOG_DAYS = 7.0
"""Days after which logs of earlier sessions are deleted."""


@dataclass
class WorkRequest:
    """One job, as far as it is. Exactly one of `result` and `error` is set when it is `done` and not `cancelled`."""

    id: int
    method: str
    params: Mapping[str, Any]
    fraction: float = 0.0
    message: str = ""
    result: Any = None
    error: str | None = None
    """One sentence for the user."""
    cancelled: bool = False
    done: bool = False
    deadline: float | None = field(default=None, repr=False)
    """When a cancelled job's process is ended, on the monotonic clock."""
    sends: int = field(default=0, repr=False)
    begun: bool = field(default=False, repr=False)

    def _finish(self, result: Any = None, error: str | None = None, cancelled: bool = False) -> None:
        if not self.done:
            self.result, self.error, self.cancelled, self.done = result, error, cancelled, True


class _Child:
    """A running worker process with the two threads that serve its pipes."""

    def __init__(self, command: Sequence[str], code: Path, log: Path) -> None:
        self.started = time.monotonic()
        self.ready = False  # it has answered `initialize`
        self.retiring = False  # it ends of its own accord
        self.ended_at: float | None = None
        self.notes = 0
        self.incoming: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        """Lines, and None at the end."""
        self.news = threading.Event()
        with log.open("ab") as stderr:
            self.log_start = stderr.tell()
            self.popen: Popen[bytes] = process.start(
                command, process.child_environment(code), stdin=PIPE, stdout=PIPE, stderr=stderr
            )
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="avi-talking-reader", daemon=True).start()
        threading.Thread(target=self._write, name="avi-talking-writer", daemon=True).start()

    def send(self, message: protocol.Message) -> None:
        """Raises `ProtocolError` for what cannot be sent."""
        self._outgoing.put(protocol.encode(message))

    def end(self, patience: float, *, ask: bool) -> int:
        """End the process and its group, see `process.end`; returns its exit status."""
        self._outgoing.put(None)  # the writer then closes its standard input, which ends an idle worker
        return process.end(self.popen, patience, ask=ask)

    # The threads own their pipe: nobody else reads, writes or closes it.

    def _read(self) -> None:
        assert self.popen.stdout is not None
        with contextlib.suppress(OSError, ValueError), self.popen.stdout as pipe:
            descriptor = pipe.fileno()
            for line in protocol.read_lines(lambda size: os.read(descriptor, size)):
                self.incoming.put(line)
                self.news.set()
        self.incoming.put(None)
        self.news.set()

    def _write(self) -> None:
        assert self.popen.stdin is not None
        # A broken pipe is no news here: the reader sees the end too.
        with contextlib.suppress(OSError, ValueError), self.popen.stdin as pipe:
            descriptor = pipe.fileno()
            while (line := self._outgoing.get()) is not None:
                view = memoryview(line)
                while view:
                    view = view[os.write(descriptor, view) :]


class Worker:
    """The backend in one Python; its process is started by the first request and again after its death.

    `python` is the interpreter, `code` the folder that holds `model_backend`, `logs` a folder for its log. To be
    used from one thread, Blender's main one: on Linux the process ends with the thread that has started it.
    """

    def __init__(
        self,
        python: str | os.PathLike[str],
        code: str | os.PathLike[str],
        logs: str | os.PathLike[str],
        *,
        program: Sequence[str] = WORKER,
        idle_timeout: float = 300.0,
        cancel_grace: float = CANCEL_GRACE,
        start_timeout: float = START_TIMEOUT,
    ) -> None:
        self.python = os.fspath(python)
        self.code = Path(code)
        self.log = Path(logs) / f"worker-{os.getpid()}.log"
        options = ("--log", str(self.log), "--idle-timeout", f"{idle_timeout:g}", "--owner", str(os.getpid()))
        self._command = (self.python, *program, *options)
        self._cancel_grace = cancel_grace
        self._start_timeout = start_timeout
        self._ids = itertools.count(1)
        self._open: dict[int, WorkRequest] = {}
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        """The process, while one runs."""
        return self._child.popen.pid if self._child else None

    @property
    def busy(self) -> bool:
        return bool(self._open)

    # Requests ---------------------------------------------------------------------------------------------------

    def submit(self, method: str, params: Mapping[str, Any]) -> WorkRequest:
        """Ask for a job. It is done at once, with an error, where the process cannot be started."""
        request = WorkRequest(next(self._ids), method, params)
        try:
            protocol.encode(protocol.Request(request.id, method, params))
        except protocol.ProtocolError as error:
            request._finish(error=f"The job cannot be described to the backend: {error}")
            return request
        self._open[request.id] = request
        self._send(request)
        return request

    def cancel(self, request: WorkRequest) -> None:
        """Ask a job to stop; what does not stop in time is ended together with its process."""
        if request.done or request.deadline is not None:
            return
        request.message = "Cancelling"
        request.deadline = time.monotonic() + self._cancel_grace
        if self._child is None or not self._child.ready:
            self._close(request, cancelled=True)  # not sent yet
        else:
            self._child.send(protocol.Notification("cancel", {"id": request.id}))

    def poll(self) -> None:
        """Take in what has arrived since the last call. Never waits."""
        child = self._child
        if child is None:
            return
        child.news.clear()
        while self._child is child:
            try:
                line = child.incoming.get_nowait()
            except queue.Empty:
                break
            if line is None:
                self._bury(child)
            else:
                self._receive(child, line)
        if self._child is child:
            self._check_clocks(child)

    def wait(self, request: WorkRequest, timeout: float | None = None) -> bool:
        """`poll` until `request` is done; False where `timeout` seconds were not enough. Not for Blender's window."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            self.poll()
            if request.done:
                return True
            if deadline is not None and time.monotonic() >= deadline:
                return False
            self.wait_for_news(0.05)

    def wait_for_news(self, timeout: float) -> None:
        """Sleep until something has arrived, `timeout` seconds at most."""
        if self._child is None:
            return
        self._child.news.wait(timeout)

    def stop(self) -> None:
        """End the process, cancel what is open. Takes `STOP_GRACE` at most; the next request starts afresh."""
        child, self._child = self._child, None
        if child is not None:
            child.end(STOP_GRACE, ask=True)
        for request in list(self._open.values()):
            self._close(request, cancelled=True)

    # What happens -----------------------------------------------------------------------------------------------

    def _send(self, request: WorkRequest) -> None:
        if self._child is not None and self._child.ready and process.has_ended(self._child.popen):
            self.poll()  # it died while nobody looked
            if request.done:
                return
        if self._child is None:
            try:
                self._child = self._start()
            except _StartError as error:
                self._close(request, error=str(error))
                return
        if not self._child.ready:
            request.message = "Starting the backend"
            return
        request.sends += 1
        self._child.send(protocol.Request(request.id, request.method, request.params))

    def _start(self) -> _Child:
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            _tidy_logs(self.log)
            self.log.open("ab").close()
        except OSError as error:
            raise _StartError(
                f"The backend's log {self.log} could not be written: {error.strerror or error}. "
                "Make its folder writable and free some room."
            ) from error
        try:
            child = _Child(self._command, self.code, self.log)
        except OSError as error:
            raise _StartError(
                f"The backend's Python {self.python} could not be started: {error.strerror or error}. "
                "Choose another in the add-on's preferences."
            ) from error
        child.send(protocol.Request("initialize", "initialize"))
        _running.add(self)
        return child

    def _receive(self, child: _Child, line: bytes) -> None:
        if not line.strip():
            return
        try:
            message = protocol.decode(line)
            if isinstance(message, protocol.Notification):
                self._notice(child, message)
            elif isinstance(message, protocol.Response | protocol.Failure):
                self._take_answer(child, message)
        except protocol.ProtocolError as error:
            # A library that found the real standard output after all; the job is not disturbed by it.
            self._note(child, f"not a message ({error}): {line[:200]!r}")

    def _notice(self, child: _Child, message: protocol.Notification) -> None:
        if message.method == "progress":
            progress = protocol.Progress.check(message.params)
            request = self._request(progress.id)
            if request is not None:
                request.begun = True
                if request.deadline is None:
                    request.fraction, request.message = progress.fraction, progress.message
        elif message.method == "exiting":
            child.retiring = True

    def _take_answer(self, child: _Child, answer: protocol.Response | protocol.Failure) -> None:
        if answer.id == "initialize":
            self._greet(child, answer)
            return
        request = self._request(answer.id)
        if request is None:
            self._note(child, f"an answer nobody waits for: {answer!r:.200}")
        elif isinstance(answer, protocol.Response):
            self._close(request, result=answer.result)
        elif answer.code == protocol.CANCELLED:
            self._close(request, cancelled=True)
        elif answer.code in (protocol.JOB_FAILED, protocol.DEFECT):
            self._close(request, error=answer.message)
        else:
            self._close(request, error=f"The backend refused the job: {answer.message} Its log is {self.log}.")

    def _greet(self, child: _Child, answer: protocol.Response | protocol.Failure) -> None:
        result = answer.result if isinstance(answer, protocol.Response) else None
        if not isinstance(result, dict) or result.get("protocol") != protocol.PROTOCOL_VERSION:
            self._lose(child, f"The backend in {self.code} is of another version than the add-on: install both again.")
            return
        child.ready = True
        for request in list(self._open.values()):
            self._send(request)

    def _request(self, id: Any) -> WorkRequest | None:
        return self._open.get(id) if isinstance(id, int) else None

    def _close(self, request: WorkRequest, **outcome: Any) -> None:
        self._open.pop(request.id, None)
        if request.deadline is not None and "error" in outcome:
            outcome = {"cancelled": True}  # who has cancelled does not want to hear how it ended
        request._finish(**outcome)

    def _check_clocks(self, child: _Child) -> None:
        now = time.monotonic()
        if child.ended_at is None and process.has_ended(child.popen):
            child.ended_at = now  # what it wrote last is still on its way
        if child.ended_at is not None and now - child.ended_at > END_GRACE:
            self._bury(child)  # something it left behind holds the pipe open
        elif any(r.deadline is not None and now > r.deadline for r in self._open.values()):
            self._child = None
            child.end(0.0, ask=False)
            self._resend()
        elif not child.ready and now - child.started > self._start_timeout:
            self._lose(child, f"The backend's Python {self.python} did not answer in time. Its log is {self.log}.")

    def _bury(self, child: _Child) -> None:
        """The process has closed its pipe or ended: settle what it has left open."""
        self._child = None
        status = child.end(END_GRACE, ask=False)
        if not child.ready:
            # A Python that gives up says why and ends with a small status; what is killed has not said anything of it.
            said = self._last_words(child) if 0 < status < 256 else ""
            why = said or process.describe_end(status)
            self._fail(
                f"The backend could not be started ({why}). "
                f"Check its Python in the add-on's preferences; the log is {self.log}."
            )
            return
        if not child.retiring:  # else it went idle just when it was asked
            for request in list(self._open.values()):
                if request.begun or request.sends >= MAX_SENDS:
                    self._close(
                        request,
                        error=f"The backend died during the job ({process.describe_end(status)}). "
                        f"Try again; the log is {self.log}.",
                    )
        self._resend()

    def _lose(self, child: _Child, sentence: str) -> None:
        self._child = None
        child.end(0.0, ask=False)
        self._fail(sentence)

    def _fail(self, sentence: str) -> None:
        for request in list(self._open.values()):
            self._close(request, error=sentence)

    def _resend(self) -> None:
        """Give what is still open to a new process."""
        for request in list(self._open.values()):
            if request.deadline is not None:
                self._close(request, cancelled=True)
            else:
                self._send(request)

    # The log ----------------------------------------------------------------------------------------------------

    def _note(self, child: _Child, text: str) -> None:
        child.notes += 1
        if child.notes <= MAX_NOTES:
            with contextlib.suppress(OSError), self.log.open("a", encoding="utf-8", errors="replace") as file:
                file.write(f"client: {text}\n")

    def _last_words(self, child: _Child) -> str:
        """The last line that the process logged: an exception's text when Python could not go on."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(child.log_start, self.log.stat().st_size - 4096))
                lines = file.read().decode("utf-8", "replace").split("\n")
        except OSError:
            return ""
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


class _StartError(Exception):
    """The process cannot be started; the text is for the user."""


def _tidy_logs(log: Path) -> None:
    with contextlib.suppress(OSError):
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.unlink()
        for other in log.parent.glob("worker-*.log"):
            if time.time() - other.stat().st_mtime > LOG_DAYS * 86_400:
                other.unlink()


# Shared workers -------------------------------------------------------------------------------------------------

_shared: dict[tuple[str, str], Worker] = {}
_running: set[Worker] = set()
"""Workers that have started a process, so that none is left behind."""


def shared_worker(python: str | os.PathLike[str], code: str | os.PathLike[str], logs: str | os.PathLike[str]) -> Worker:
    """The one worker for this Python and this code."""
    key = (os.fspath(python), os.fspath(code))
    if key not in _shared:
        _shared[key] = Worker(python, code, logs)
    return _shared[key]


@atexit.register
def stop_all() -> None:
    """End every worker process: when the add-on is disabled, and when Blender ends."""
    while _running:
        _running.pop().stop()
    _shared.clear()


def stop_busy() -> None:
    """End the worker processes that are at work: another file is opened. Idle ones stay warm."""
    for worker in list(_running):
        if worker.busy:
            worker.stop()
