# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share."""

import os
import sys

import pytest

_EXIT_STATUS = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_EXIT_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Once Blender was loaded, leave without the interpreter's clean-up: bpy 4.5 can hang there.

    The summary line is printed by then, and the exit status stays pytest's own.
    """
    if "bpy" in sys.modules and _EXIT_STATUS in config.stash:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[_EXIT_STATUS])
