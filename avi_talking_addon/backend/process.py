# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes that neither inherit Blender's Python settings nor outlive their purpose."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_LEAKING = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONEXECUTABLE", "PYTHONINSPECT", "__PYVENV_LAUNCHER__")
"""Set for Blender's Python, they would lead another one astray."""


def child_environment(code: Path | None = None) -> dict[str, str]:
    """The environment of a child in another Python; `code` is the folder that holds `model_backend`."""
    environment = {name: value for name, value in os.environ.items() if name not in _LEAKING}
    environment = {name: value for name, value in environment.items() if not name.startswith("BLENDER_")}
    environment |= {
        "PYTHONUNBUFFERED": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "PYTHONSAFEPATH": "1",  # a numpy.py in the current folder is not numpy
    }
    if code is not None:
        environment["PYTHONPATH"] = str(code)
    return environment


def start(command: Sequence[str], environment: Mapping[str, str], **streams: Any) -> subprocess.Popen[bytes]:
    """Start `command` as the head of a process group of its own, without a console window. Raises `OSError`.

    In Blender's group it would receive the breaks meant for Blender, and could not be ended with its children.
    """
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        options = {"creationflags": flags | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    # Not Blender's current folder: Windows could then not delete it, and it may be anything.
    options |= {"env": dict(environment), "cwd": tempfile.gettempdir(), "bufsize": 0}
    return subprocess.Popen[bytes](list(command), **streams, **options)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process has ended. Where possible it stays a zombie, so that its group can still be named safely."""
    if process.returncode is not None:
        return True
    if not hasattr(os, "waitid"):  # Windows; macOS before Python 3.13
        return process.poll() is not None
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    except ChildProcessError:  # somebody else has collected it
        return True


def end(process: subprocess.Popen[bytes], patience: float = 0.0, *, ask: bool = True) -> int:
    """End the process and its children; returns its exit status (negative: the signal that ended it).

    It gets `patience` seconds to end by itself, after being asked to where `ask` says so.
    """
    if patience > 0.0 and not has_ended(process):
        if ask:
            with contextlib.suppress(OSError):
                process.terminate()
        _await(process, patience)
    if process.returncode is None:
        _kill_group(process)
    return process.wait()


def _await(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait without collecting the process."""
    deadline = time.monotonic() + seconds
    while not has_ended(process) and time.monotonic() < deadline:
        time.sleep(0.005)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        if process.poll() is None:
            command = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            flags = subprocess.CREATE_NO_WINDOW
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(command, capture_output=True, check=False, timeout=10, creationflags=flags)
            process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def describe_end(status: int) -> str:
    """Why a process ended, for a sentence: "killed by SIGKILL, as when memory runs out"."""
    if status < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-status).name
            return f"killed by {name}" + (", as when memory runs out" if name == "SIGKILL" else "")
        return f"killed by signal {-status}"
    if status >= 0xC0000000:  # an NTSTATUS
        return f"crashed with status 0x{status:08X}"
    return f"exit status {status}"
