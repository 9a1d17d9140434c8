# SPDX-License-Identifier: GPL-3.0-or-later
"""Acting in Blender's window and taking pictures of it.

Blender draws only between calls of its event loop, so what is done in one tick of a timer is seen in a later one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import bpy

Step = Callable[[], float | None]
"""One thing to do. It is called again after the seconds that it returns; None goes on to the next."""


def shot(path: Path) -> Step:
    """A step that writes a picture of the whole X screen (ImageMagick's `import`)."""

    def take() -> None:
        subprocess.run(["import", "-window", "root", str(path)], check=True)
        print(f"walk: {path}", flush=True)

    return take


def until(condition: Callable[[], bool], seconds: float = 120.0, every: float = 0.25) -> Step:
    """A step that waits for `condition`; fails after `seconds`."""
    left = [seconds]

    def wait() -> float | None:
        if condition():
            return None
        left[0] -= every
        if left[0] < 0:
            raise TimeoutError(f"{condition.__name__} did not come true in {seconds:g} s")
        return every

    return wait


def play(steps: Sequence[Step | tuple[float, Step]], pause: float = 0.7) -> None:
    """Do the steps one after another, each `pause` seconds (or its own number) after the last; then quit Blender.

    Blender's exit status is 0, or 1 where a step has raised.
    """
    queue = [step if isinstance(step, tuple) else (pause, step) for step in steps]

    def advance() -> float | None:
        try:
            again = queue[0][1]()
        except BaseException:
            traceback.print_exc()
            _leave(1)
        if again is not None:
            return again
        queue.pop(0)
        if queue:
            return queue[0][0]
        _leave(0)
        return None

    bpy.app.timers.register(advance, first_interval=3.0, persistent=True)


def _leave(status: int) -> None:
    # Blender's own way out asks whether to save.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
