# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker: a child process that does Blender's jobs, one at a time, and says how far it is.

`python -m model_backend.worker` or `avi-talking worker`. It speaks `protocol` on its standard input and output.
A thread reads messages, so that cancelling and `ping` work during a job; jobs run on the main thread, where
libraries expect to be. It ends when its input ends (Blender is gone), on `shutdown`, on SIGTERM, and after a time
without work, which gives memory and graphics card back.

Libraries print what they like: file descriptor 1 is pointed at standard error before any of them is loaded, and
the protocol keeps a private copy of the real standard output.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import importlib.metadata
import logging
import math
import os
import platform
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import __version__, protocol
from .errors import JobError
from .progress import Cancelled, Progress
from .protocol import AnalyzeParams, AnimateParams, Failure, InitializeParams, Message, Notification, Request, Response

Method = Callable[[Mapping[str, Any], Progress], Any]
"""Takes unchecked parameters, returns a JSON value; raises `ProtocolError`, `JobError` or `Cancelled`."""

IDLE_TIMEOUT = 300.0
"""Seconds without work after which the worker ends."""

ORPHAN_GRACE = 5.0
"""Seconds a job may go on without a look at its progress after Blender is gone."""

PROGRESS_INTERVAL = 0.05
"""Seconds between two progress messages of the same text: Blender looks ten times a second."""

NICENESS = 5
"""Lowers the priority on POSIX so that Blender's window stays fluid; on Windows the client asks for it."""

PACKAGES = ("numpy", "scipy", "torch", "transformers", "librosa", "pocketsphinx", "av", "safetensors")

_PR_SET_PDEATHSIG = 1  # linux/prctl.h

_log = logging.getLogger(__name__)


class Terminated(BaseException):
    """The process was asked to end; passes through `except Exception` of any library."""


class Server:
    """Answers one client. `receive` is called by the thread that reads, `serve` runs on the main thread."""

    def __init__(
        self, write: Callable[[bytes], Any], methods: Mapping[str, Method], idle_timeout: float, log_name: str
    ) -> None:
        self._write = write
        self._methods = methods
        self._idle_timeout = idle_timeout
        self._log_name = log_name
        self._writing = threading.Lock()
        self._changed = threading.Condition()
        self._queue: deque[Request] = deque()
        self._running: Request | None = None
        self._cancelled = False  # the running job
        self._closing = False

    # On the reading thread --------------------------------------------------------------------------------------

    def receive(self, line: bytes) -> None:
        """Take in one line."""
        if not line.strip():
            return
        try:
            message = protocol.decode(line)
            if isinstance(message, Request):
                self._receive_request(message)
            elif isinstance(message, Notification) and message.method == "cancel":
                self._cancel(protocol.request_id(message.params))
            # Unknown notifications are to be ignored (JSON-RPC 2.0 §4.1), and nothing was asked of the client.
        except protocol.ProtocolError as error:
            _log.warning("refused a message: %s", error)
            self._send(Failure(error.id, error.code, str(error)))

    def _receive_request(self, request: Request) -> None:
        if request.method == "ping":
            with self._changed:
                busy = self._running is not None
            self._send(Response(request.id, _identity() | {"busy": busy}))
        elif request.method == "shutdown":
            self.close()
            self._send(Response(request.id, None))
        elif request.method not in self._methods:
            text = f"There is no method {request.method!a}."
            raise protocol.ProtocolError(protocol.METHOD_NOT_FOUND, text, request.id)
        else:
            with self._changed:
                if any(known.id == request.id for known in (*self._queue, self._running) if known):
                    text = "The id is that of an unfinished request."
                    raise protocol.ProtocolError(protocol.INVALID_REQUEST, text, request.id)
                self._queue.append(request)
                self._changed.notify_all()

    def _cancel(self, id: protocol.RequestId) -> None:
        with self._changed:
            if self._running is not None and self._running.id == id:
                self._cancelled = True
                return
            waiting = [request for request in self._queue if request.id == id]
            for request in waiting:
                self._queue.remove(request)
        for request in waiting:
            self._send(_cancelled(request))

    def close(self) -> None:
        """End `serve` as soon as the running job looks at its progress."""
        with self._changed:
            self._closing = self._cancelled = True
            self._queue.clear()
            self._changed.notify_all()

    # On the main thread -----------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Do jobs until closed or idle for too long."""
        while True:
            with self._changed:
                woken = self._changed.wait_for(lambda: self._queue or self._closing, self._idle_timeout)
                if not woken:
                    self._closing = True
                    self._send(Notification("exiting", {"reason": "idle"}))
                if self._closing:
                    return
                self._running = request = self._queue.popleft()
                self._cancelled = False
            answer = self._do(request)
            with self._changed:
                self._running = None
                # A job that is done in spite of being cancelled is done.
            self._send(answer)
            gc.collect()

    def _do(self, request: Request) -> Message:
        _log.info("%s %s", request.method, request.id)
        started = time.monotonic()
        try:
            answer = Response(request.id, self._methods[request.method](request.params, self._progress_of(request)))
            protocol.encode(answer)
        except Cancelled:
            answer = _cancelled(request)
        except JobError as error:
            answer = Failure(request.id, protocol.JOB_FAILED, str(error))
        except protocol.ProtocolError as error:
            answer = Failure(request.id, error.code, str(error))
        except (Exception, SystemExit) as error:
            _log.exception("%s %s failed", request.method, request.id)
            answer = self._failure(request, error)
        _log.info("%s %s ended after %.2f s", request.method, request.id, time.monotonic() - started)
        return answer

    def _failure(self, request: Request, error: BaseException) -> Failure:
        sentence = unfit_machine(error)
        if sentence is not None:
            return Failure(request.id, protocol.JOB_FAILED, sentence)
        what = f"{type(error).__name__}: {error}".strip(": ")[:300]
        text = f"This is a defect in AVI Talking ({what}); please report it with the log {self._log_name}."
        return Failure(request.id, protocol.DEFECT, text)

    def _progress_of(self, request: Request) -> Progress:
        last_message, last_time = "", -math.inf

        def progress(fraction: float, message: str) -> None:
            nonlocal last_message, last_time
            if self._cancelled:
                raise Cancelled
            now = time.monotonic()
            if message == last_message and now - last_time < PROGRESS_INTERVAL:
                return
            last_message, last_time = message, now
            done = min(max(float(fraction), 0.0), 1.0) if math.isfinite(fraction) else 0.0
            self._send(Notification("progress", {"id": request.id, "fraction": done, "message": message}))

        return progress

    def _send(self, message: Message) -> None:
        line = protocol.encode(message)
        try:
            with self._writing:
                self._write(line)
        except OSError:  # nobody listens any more
            self.close()


def _cancelled(request: Request) -> Failure:
    return Failure(request.id, protocol.CANCELLED, "The job was cancelled.")


def unfit_machine(error: BaseException) -> str | None:
    """What to tell the user where `error` means a lack of memory or packages or an unfit graphics card, else None.

    torch has no common class for these, so its messages are looked at.
    """
    text = str(error)
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] != __package__:
        return (
            f"A package of the backend's Python {sys.executable} cannot be loaded ({text}): "
            "install the backend again, or choose another Python in the add-on's preferences."
        )
    if "no kernel image is available" in text:
        return "This PyTorch does not know the graphics card: choose the CPU as device, or install a newer PyTorch."
    if (
        type(error).__name__ == "OutOfMemoryError"
        or "CUDA out of memory" in text
        or "MPS backend out of memory" in text
    ):
        return "The graphics card's memory is full: close other programs that use it, or choose the CPU as device."
    if isinstance(error, MemoryError) or "DefaultCPUAllocator" in text:
        return "There is too little memory for this clip: close other programs, or use a shorter strip."
    return None


# Methods --------------------------------------------------------------------------------------------------------


def methods(load_pipeline: Callable[[], Any]) -> dict[str, Method]:
    """The methods that take time. `load_pipeline` returns `model_backend.pipeline` or what stands in for it."""

    def analyze(params: Mapping[str, Any], progress: Progress) -> Any:
        checked = AnalyzeParams.check(params)
        progress(0.0, "Loading")
        pipeline = load_pipeline()
        clip = pipeline.Clip(checked.path, checked.start, checked.duration)
        return analysis_as_json(pipeline.analyze(clip, checked.transcript, progress))

    def animate(params: Mapping[str, Any], progress: Progress) -> Any:
        checked = AnimateParams.check(params)
        if not Path(checked.output).parent.is_dir():  # said now, not after the work
            raise JobError(f"Could not write {checked.output}: its folder does not exist. Choose one that does.")
        progress(0.0, "Loading")
        pipeline = load_pipeline()
        request = pipeline.AnimateRequest(
            clip=pipeline.Clip(checked.path, checked.start, checked.duration),
            transcript=checked.transcript,
            instructions=checked.instructions,
            intensity=checked.intensity,
            seed=checked.seed,
            fps=checked.fps,
            head_model=checked.head_model,
            device=checked.device,
        )
        take = pipeline.animate(request, progress)
        take.save(checked.output)
        return {
            "take": checked.output,
            "frames": take.motion.frames,
            "fps": take.motion.fps,
            "words": list(take.provenance.get("words", ())),
            "phones": [dict(phone) for phone in take.phones],
            "warnings": list(take.provenance.get("warnings", ())),
        }

    return {"initialize": _initialize, "analyze": analyze, "animate": animate}


def _identity() -> dict[str, Any]:
    return {"protocol": protocol.PROTOCOL_VERSION, "version": __version__, "pid": os.getpid()}


def _initialize(params: Mapping[str, Any], progress: Progress) -> Any:
    checked = InitializeParams.check(params)
    answer = _identity() | {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version_of(name) for name in PACKAGES},
    }
    if checked.probe:
        devices = _devices()
        answer |= {"devices": devices, "device": devices[0]}
    return answer


def _version_of(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _devices() -> list[str]:
    """What torch can compute on, the one that ``auto`` takes first."""
    import torch

    found = ["cuda"] if torch.cuda.is_available() else []  # AMD's ROCm answers to this name too
    if torch.backends.mps.is_available():
        found.append("mps")
    return [*found, "cpu"]


def analysis_as_json(track: Any) -> dict[str, Any]:
    """A `SpeechTrack` as `avi-talking analyze --json` prints it, without the 100 Hz curves."""
    prosody = track.prosody
    return {
        "duration": track.duration,
        "words": [asdict(word) for word in track.words],
        "phones": [asdict(phone) for phone in track.phones],
        "prosody": {
            "speaking_rate": prosody.speaking_rate,
            "phrases": [list(phrase) for phrase in prosody.phrases],
            "accents": [asdict(accent) for accent in prosody.accents],
        },
        "instructions": [],
    }


def _pipeline() -> Any:
    from . import pipeline

    return pipeline


# The process ----------------------------------------------------------------------------------------------------


def serve(
    idle_timeout: float = IDLE_TIMEOUT,
    log: str = "on its standard error",
    owner: int | None = None,
    load_pipeline: Callable[[], Any] = _pipeline,
) -> int:
    """Serve on the standard streams until there is nothing more to do. Returns the exit status.

    `log` is where standard error goes, to be named in messages; `owner` is the process to end with at once, not
    only with its pipe; `load_pipeline` is called for each job.
    """
    if owner is not None:
        _end_with(owner)
    incoming, outgoing = _private_streams()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    _be_modest()
    server = Server(lambda line: _write_all(outgoing, line), methods(load_pipeline), max(idle_timeout, 0.0), log)
    signal.signal(signal.SIGTERM, _terminate)
    threading.Thread(target=_read, args=(incoming, server), name="reader", daemon=True).start()
    _log.info("worker %s in Python %s, process %d", __version__, platform.python_version(), os.getpid())
    try:
        server.serve()
    except (Terminated, KeyboardInterrupt):
        _log.info("asked to end")
        return 143
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="model_backend.worker", description="Do Blender's jobs over standard streams."
    )
    parser.add_argument("--idle-timeout", type=float, default=IDLE_TIMEOUT, metavar="SECONDS")
    parser.add_argument("--log", default="on its standard error", metavar="FILE", help="named in messages of defects")
    parser.add_argument("--owner", type=int, metavar="PID", help="end at once when this parent process ends")
    options = parser.parse_args(arguments)
    return serve(options.idle_timeout, options.log, options.owner)


def _private_streams() -> tuple[int, int]:
    """File descriptors of the protocol; 0 and 1 then lead nowhere and to standard error, also for C code."""
    sys.stdout.flush()
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # started without a standard error
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    os.close(nothing)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(incoming, os.O_BINARY)
        msvcrt.setmode(outgoing, os.O_BINARY)
    return incoming, outgoing


def _be_modest() -> None:
    """Leave a core to Blender. Numerical libraries read these variables when they are loaded."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # Above 8 threads small networks gain nothing.
    threads = str(min(max(cores - 1, 1), 8))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, threads)
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def _end_with(owner: int) -> None:
    """On Linux, have the kernel kill this process when the thread that has started it ends.

    The end of the input is noticed everywhere, but only once the running library lets Python go on: a recogniser
    that keeps Python's lock through half an hour of sound would otherwise work on for nobody.
    """
    if sys.platform == "linux" and os.getppid() == owner:  # else started through another program
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != owner:  # it ended meanwhile
            os._exit(1)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _read(descriptor: int, server: Server) -> None:
    # Not a buffered file: Python dies at exit where a thread still holds the lock of one.
    try:
        for line in protocol.read_lines(lambda size: os.read(descriptor, size)):
            server.receive(line)
    except OSError as error:
        _log.warning("reading failed: %s", error)
    server.close()
    time.sleep(ORPHAN_GRACE)
    os._exit(1)  # the job is deep in a library; files are written whole or not at all, so none is left broken


def _terminate(_signal: int, _frame: Any) -> None:
    raise Terminated


if __name__ == "__main__":
    sys.exit(main())
