# SPDX-License-Identifier: GPL-3.0-or-later
"""How long work tells what it is doing, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the fraction done (0..1) and what is being done; raises `Cancelled` to stop the work."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """The user stopped the job."""


def silent(fraction: float, message: str) -> None:
    """A `Progress` that shows nothing."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """A `Progress` whose 0..1 fills `start`..`end` of `progress`."""
    return lambda fraction, message: progress(start + (end - start) * fraction, message)
