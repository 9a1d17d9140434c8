# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python runs the backend, and whether it can.

In this order: the add-on's preference, the variable AVI_TALKING_PYTHON, the environment that Install Backend has
made. The first that is set is the one; where it does not work, that is said instead of taking the next.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ...model_backend.errors import JobError
from . import process

VARIABLE = "AVI_TALKING_PYTHON"
PACKAGES = ("numpy", "scipy", "torch", "transformers", "librosa", "pocketsphinx", "av", "safetensors")
"""What the backend imports."""
OLDEST, NEWEST = (3, 11), (3, 14)
"""PyTorch 2.13 has wheels for these and those between."""
CHECK_TIMEOUT = 30.0
"""Seconds an interpreter may take to answer."""

Source = Literal["preferences", "variable", "installed"]

_WHERE: Mapping[Source, str] = {
    "preferences": "The Python in the add-on's preferences",
    "variable": f"The Python that {VARIABLE} names",
    "installed": "The Python of the installed backend",
}
_REMEDY: Mapping[Source, str] = {
    "preferences": "Choose another there, or leave it empty and press Install Backend",
    "variable": "Correct the variable and start Blender again, or choose a Python in the add-on's preferences",
    "installed": "Press Install Backend in the add-on's preferences",
}


@dataclass(frozen=True)
class Interpreter:
    """A Python that shall run the backend, and who says so."""

    path: str
    source: Source

    def problem(self, what: str) -> JobError:
        """The error that says `what` is wrong with it and what to do."""
        return JobError(f"{_WHERE[self.source]}, {self.path}, {what}. {_REMEDY[self.source]}.")


@dataclass(frozen=True)
class Environment:
    """An interpreter that can run the backend."""

    python: str
    version: str
    """Of Python, such as 3.11.7."""


def installed_folder(user_folder: Path) -> Path:
    """Where Install Backend makes its environment; it is complete if it is there at all."""
    return user_folder / "backend"


def python_of(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / "Scripts" / "python.exe" if sys.platform == "win32" else folder / "bin" / "python"


def find_interpreter(
    preference: str, user_folder: Path, environ: Mapping[str, str] = os.environ, blender: str = ""
) -> Interpreter:
    """The Python that is to run the backend; nothing is started.

    `preference` is empty where none is set, `user_folder` is the extension's own, `blender` Blender's program.
    A virtual environment's folder stands for the Python in it. Raises `JobError` where there is none, or nothing
    that could be one.
    """
    if preference.strip():
        return _plausible(Interpreter(preference.strip(), "preferences"), blender)
    if environ.get(VARIABLE, "").strip():
        return _plausible(Interpreter(environ[VARIABLE].strip(), "variable"), blender)
    folder = installed_folder(user_folder)
    if folder.is_dir():
        return _plausible(Interpreter(str(python_of(folder)), "installed"), blender)
    raise JobError(
        "The backend is not installed: press Install Backend in the add-on's preferences, or choose there "
        "a Python that has PyTorch and the other packages."
    )


def _plausible(interpreter: Interpreter, blender: str) -> Interpreter:
    try:
        path = Path(interpreter.path).expanduser()
        if not path.is_absolute():
            raise interpreter.problem("is not an absolute path")
        if path.is_dir():
            inside = (python_of(path), path / "bin" / "python3", path / "python.exe")
            python = next((candidate for candidate in inside if candidate.is_file()), None)
            if python is None:
                raise interpreter.problem("is a folder without a Python in it")
            path = python
        if not path.exists():
            raise interpreter.problem("does not exist")
        if blender and Path(blender).exists() and path.samefile(blender):
            raise interpreter.problem("is Blender, not a Python")
    except (OSError, ValueError, RuntimeError) as error:
        raise interpreter.problem(f"cannot be looked at ({getattr(error, 'strerror', None) or error})") from error
    if not os.access(path, os.X_OK):
        raise interpreter.problem("is not a program that may be executed")
    return Interpreter(str(path), interpreter.source)


# Asking an interpreter ------------------------------------------------------------------------------------------

_MARK = "avi-talking:"
# Understood by every Python, down to 2.7, so that a wrong version can say that it is one.
_QUESTION = f"""
import json, sys
try:
    from importlib.util import find_spec
except ImportError:
    find_spec = lambda name: None
missing = [name for name in sys.argv[1:] if find_spec(name) is None]
print("{_MARK}" + json.dumps([list(sys.version_info[:3]), missing]))
"""

_known: dict[str, Environment] = {}
"""Interpreters that have been found good in this session of Blender."""


def check_steps(
    interpreter: Interpreter, packages: Sequence[str] = PACKAGES, timeout: float = CHECK_TIMEOUT
) -> Generator[None, None, Environment]:
    """Ask the interpreter for its version and packages, without importing any; about 0.1 s in a child process.

    Yields while it waits (see `runs.Run`). Raises `JobError` saying what is wrong with it.
    """
    if packages is PACKAGES and interpreter.path in _known:
        return _known[interpreter.path]
    with tempfile.TemporaryFile() as output:
        try:
            child = process.start(
                [interpreter.path, "-c", _QUESTION, *packages],
                process.child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise interpreter.problem(f"cannot be started ({error.strerror or error})") from error
        started = time.monotonic()
        try:
            while not process.has_ended(child):
                if time.monotonic() - started > timeout:
                    raise interpreter.problem("does not answer")
                yield
        finally:
            process.end(child)
        output.seek(0)
        version, missing = _answer(output.read(100_000), interpreter)
    if not OLDEST <= version[:2] <= NEWEST:
        raise interpreter.problem(
            f"is Python {_dotted(version)}, but the backend needs {_dotted(OLDEST)} to {_dotted(NEWEST)}"
        )
    if missing:
        raise interpreter.problem(f"lacks the package{'s' if len(missing) > 1 else ''} {', '.join(missing)}")
    environment = Environment(interpreter.path, _dotted(version))
    if packages is PACKAGES:
        _known[interpreter.path] = environment
    return environment


def check(interpreter: Interpreter, packages: Sequence[str] = PACKAGES) -> Environment:
    """`check_steps`, waiting. Raises `JobError`."""
    steps = check_steps(interpreter, packages)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        time.sleep(0.01)


def forget(interpreter: Interpreter) -> None:
    """Have the interpreter checked again before its next job."""
    _known.pop(interpreter.path, None)


def _answer(output: bytes, interpreter: Interpreter) -> tuple[tuple[int, ...], list[str]]:
    for line in output.decode("utf-8", "replace").splitlines():
        if line.startswith(_MARK):
            try:
                version, missing = json.loads(line[len(_MARK) :])
                return tuple(map(int, version)), list(map(str, missing))
            except (ValueError, TypeError):
                break
    raise interpreter.problem("is not a working Python")


def _dotted(version: Sequence[Any]) -> str:
    return ".".join(map(str, version))
