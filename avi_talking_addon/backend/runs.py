# SPDX-License-Identifier: GPL-3.0-or-later
"""Long work that is advanced step by step: by a timer in Blender's window, by a loop where there is none.

run = Job(python, code, logs, "analyze", params)
while not run.step():          # never waits
    run.wait_for_news(0.1)
run.result, or run.error, or run.cancelled
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from ...model_backend.errors import JobError
from ...model_backend.progress import Cancelled
from . import client
from .environment import Interpreter, check_steps, forget

Steps = Generator[None, None, Any]
"""Work that yields wherever it would wait, raises `JobError` or `Cancelled`, and returns its result."""


class Run:
    """Work under way. `fraction` (0..1) and `message` are for the user, so is `error`, one sentence."""

    def __init__(self) -> None:
        self.fraction = 0.0
        self.message = ""
        self.result: Any = None
        self.error: str | None = None
        self.cancelled = False
        self.cancelling = False
        self.done = False
        self._steps = self.work()

    def work(self) -> Steps:
        """The work itself; looks at `cancelling` whenever it goes on."""
        raise NotImplementedError

    def step(self) -> bool:
        """Go on as far as possible without waiting; True when done. A defect ends the run and is raised."""
        if self.done:
            return True
        try:
            next(self._steps)
        except StopIteration as end:
            self.result, self.done = end.value, True
        except JobError as error:
            self.error, self.done = str(error), True
        except Cancelled:
            self.cancelled = self.done = True
        except BaseException:
            self.done = True
            raise
        return self.done

    def cancel(self) -> None:
        """Ask it to stop; a few steps later it has."""
        if not self.done:
            self.cancelling, self.message = True, "Cancelling"

    def abandon(self) -> None:
        """Stop at once: nobody will ask again."""
        self._steps.close()
        self.cancelled = self.done = True

    def wait_for_news(self, timeout: float) -> None:
        """Sleep until a step may be worth while, `timeout` seconds at most. Not for Blender's window."""
        time.sleep(min(timeout, 0.02))


class Job(Run):
    """One request to the worker of `interpreter`, which is looked at first where that has not been done.

    `code` is the folder that holds `model_backend`, `logs` a folder for the worker's log.
    """

    def __init__(
        self, interpreter: Interpreter, code: Path, logs: Path, method: str, params: Mapping[str, Any]
    ) -> None:
        super().__init__()
        self._interpreter = interpreter
        self._method = method
        self._params = params
        self._worker = client.shared_worker(interpreter.path, code, logs)
        self._request: client.WorkRequest | None = None

    def work(self) -> Steps:
        self.message = "Looking for the backend"
        yield from _cancellable(self, check_steps(self._interpreter))
        request = self._request = self._worker.submit(self._method, self._params)
        try:
            while not request.done:
                yield
                if self.cancelling:
                    self._worker.cancel(request)
                self._worker.poll()
                self.fraction = request.fraction
                if not self.cancelling:
                    self.message = request.message
        finally:
            if not request.done:  # abandoned
                self._worker.stop()
        if request.cancelled:
            raise Cancelled
        if request.error is not None:
            forget(self._interpreter)  # whatever it was, it is worth a fresh look
            raise JobError(request.error)
        return request.result

    def wait_for_news(self, timeout: float) -> None:
        if self._request is None:
            super().wait_for_news(timeout)
        else:
            self._worker.wait_for_news(timeout)


def _cancellable(run: Run, steps: Steps) -> Steps:
    """`steps` until `run` is cancelled."""
    try:
        while not run.cancelling:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            yield
    finally:
        steps.close()
    raise Cancelled
