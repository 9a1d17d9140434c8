# SPDX-License-Identifier: GPL-3.0-or-later
"""Install Backend: a virtual environment of its own in the extension's folder, when the user asks for it.

It is made beside its final place and moved there when it has been found good, so that an environment that is
there is complete, and one that works is only replaced by one that works. Nothing is installed into Blender's
Python or the system's.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...model_backend.errors import JobError
from ...model_backend.progress import Cancelled
from . import client, process
from .environment import (
    NEWEST,
    OLDEST,
    PACKAGES,
    Environment,
    Interpreter,
    check_steps,
    forget,
    installed_folder,
    python_of,
)
from .runs import Run, Steps

TORCH_INDEX: Final = "https://download.pytorch.org/whl/cpu"
"""PyPI's PyTorch for Linux brings gigabytes of CUDA packages; this index has it without."""
DOWNLOAD_SIZE: Final = "about 430 MB, 1.7 GB on the disk"
"""Of the whole environment without CUDA, on Linux, for the question before the installation."""

_PACKAGE = re.compile(r"\s*(?:Collecting|Processing) (?:\S*/)?([A-Za-z0-9_.]+(?:-[A-Za-z_]+)*)")
"""A package that pip begins with, from an index or from a file."""


@dataclass(frozen=True)
class Step:
    """One command of the installation and the part of the whole that it is, roughly, in time."""

    message: str
    command: tuple[str, ...]
    share: float


def plan(base: str, folder: Path, requirements: Path) -> tuple[Step, ...]:
    """The commands that make the environment `folder` with the Python `base`.

    `requirements` is the folder that holds `backend.txt` and `torch.txt`, locked with hashes: pip refuses any
    file that is not, to the bit, the one that was tested.
    """
    pip = (str(python_of(folder)), "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--no-input")
    pip += ("--disable-pip-version-check", "--no-warn-script-location", "--progress-bar=off")
    torch = (*pip, "--no-deps", "--extra-index-url", TORCH_INDEX, "-r", str(requirements / "torch.txt"))
    return (
        Step("Making the environment", (base, "-m", "venv", "--clear", str(folder)), 0.05),
        Step("Installing PyTorch", torch, 0.55),
        Step("Installing packages", (*pip, "-r", str(requirements / "backend.txt")), 0.4),
    )


def candidates(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Pythons that might make the environment: the system's newest, last Blender's own."""
    minors = range(NEWEST[1], OLDEST[1] - 1, -1)
    names = [f"python3.{minor}" for minor in minors] + ["python3", "python"]
    found = [shutil.which(name, path=environ.get("PATH")) for name in names]
    return list(dict.fromkeys(path for path in (*found, sys.executable) if path))


class Installation(Run):
    """Makes the environment in `user_folder`; the result is its `Environment`.

    `requirements` is the folder of the locked lists, `log` the file for what the commands print, `online` Blender's
    "Allow Online Access". Raises `JobError` at once where that is off or the lists are missing.
    """

    def __init__(
        self,
        user_folder: Path,
        requirements: Path,
        log: Path,
        online: bool,
        *,
        bases: Sequence[str] | None = None,
        packages: Sequence[str] = PACKAGES,
    ) -> None:
        if not online:
            raise JobError(
                "Blender may not go online: switch on Allow Online Access in Preferences > System, "
                "or choose a Python that has the packages already."
            )
        for name in ("backend.txt", "torch.txt"):
            if not (requirements / name).is_file():
                raise JobError(f"The add-on lacks its file {requirements / name}: install the add-on again.")
        super().__init__()
        self._folder = installed_folder(user_folder)
        self._new = self._folder.with_name(self._folder.name + ".new")
        self._old = self._folder.with_name(self._folder.name + ".old")
        self._requirements = requirements
        self._log = log
        self._bases = bases
        self._packages = packages

    def work(self) -> Steps:
        self._prepare_folders()
        base = yield from self._find_base()
        try:
            for step in plan(base, self._new, self._requirements):
                yield from self._do(step)
            self.message = "Looking whether it works"
            fresh = Interpreter(str(python_of(self._new)), "installed")
            forget(fresh)
            environment: Environment = yield from check_steps(fresh, self._packages)
        except (JobError, Cancelled):
            yield from self._delete(base, self._new)
            raise
        self._put_in_place()
        yield from self._delete(base, self._old)
        forget(Interpreter(str(python_of(self._folder)), "installed"))
        return Environment(str(python_of(self._folder)), environment.version)

    def _prepare_folders(self) -> None:
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._log.parent.mkdir(parents=True, exist_ok=True)
            self._log.write_bytes(b"")
        except OSError as error:
            raise JobError(
                f"Could not write to {error.filename}: {error.strerror}. Make the folder writable and free some room."
            ) from error

    def _find_base(self) -> Steps:
        """The first Python of a right version that can make virtual environments with pip in them."""
        self.message = "Looking for a Python"
        for path in self._bases if self._bases is not None else candidates():
            try:
                yield from check_steps(Interpreter(path, "preferences"), ("venv", "ensurepip"))
            except JobError as error:
                self._note(str(error))
            else:
                return path
        oldest, newest = ".".join(map(str, OLDEST)), ".".join(map(str, NEWEST))
        raise JobError(
            f"No Python {oldest} to {newest} that can make environments was found: install one from python.org "
            "(on Debian and Ubuntu: apt install python3-venv), then press Install Backend again."
        )

    def _do(self, step: Step) -> Steps:
        """Run one command, its output going to the log and the package it is at into `message`."""
        before, wanted = self.fraction, max(_requirement_count(step.command), 1)
        self.message = step.message
        self._note(" ".join(step.command))
        try:
            with self._log.open("ab") as log:
                begin = read_to = log.tell()
                child = process.start(
                    step.command,
                    process.child_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
        except OSError as error:
            raise self._failed(step, error.strerror or str(error)) from error
        collected = 0
        try:
            while not process.has_ended(child):
                yield
                if self.cancelling:
                    raise Cancelled
                lines, read_to = self._new_lines(read_to)
                for line in lines:
                    if package := _PACKAGE.match(line):
                        collected += 1
                        self.message = f"{step.message}: {package[1]}"
                    elif line.startswith("Installing collected packages"):
                        self.message = f"{step.message}: unpacking"
                self.fraction = before + step.share * min(0.7 * collected / wanted, 0.7)
        finally:
            status = process.end(child)
        if status != 0:
            raise self._failed(step, self._last_error(begin) if status > 0 else process.describe_end(status))
        self.fraction = before + step.share

    def _last_error(self, begin: int) -> str:
        """What a command said last, errors first, in the log from byte `begin` on."""
        lines = [line for line in self._new_lines(begin)[0] if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")] or lines or ["it did not say why"]
        return _shortened(errors[-1], 300)

    def _failed(self, step: Step, why: str) -> JobError:
        why = why.removeprefix("ERROR:").strip().rstrip(".")
        return JobError(
            f"{step.message} failed ({why}). Look into {self._log}, see to the network and the room on the disk, "
            "and press Install Backend again."
        )

    def _new_lines(self, start: int) -> tuple[list[str], int]:
        """Whole lines of the log from byte `start` on, and where the next begins."""
        with self._log.open("rb") as log:
            log.seek(start)
            text = log.read()
        end = text.rfind(b"\n") + 1
        return text[:end].decode("utf-8", "replace").splitlines(), start + end

    def _put_in_place(self) -> None:
        client.stop_all()  # a worker may be running from what is replaced
        try:
            if self._old.exists():
                shutil.rmtree(self._old)
            if self._folder.exists():
                self._folder.rename(self._old)
            self._new.rename(self._folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                if self._old.exists() and not self._folder.exists():
                    self._old.rename(self._folder)
            raise JobError(
                f"The new environment could not be moved to {self._folder}: {error.strerror}. "
                "Close other Blenders and press Install Backend again."
            ) from error

    def _delete(self, base: str, folder: Path) -> Steps:
        """Remove a folder of many thousand files without Blender waiting for it."""
        if not folder.exists():
            return
        program = "import shutil, sys; shutil.rmtree(sys.argv[1], ignore_errors=True)"
        with contextlib.suppress(OSError):
            child = process.start(
                [base, "-c", program, str(folder)],
                process.child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                while not process.has_ended(child):
                    yield
            finally:
                process.end(child)

    def _note(self, text: str) -> None:
        with contextlib.suppress(OSError), self._log.open("a", encoding="utf-8", errors="replace") as log:
            log.write(f"> {text}\n")


def _requirement_count(command: Sequence[str]) -> int:
    """How many packages a pip command installs at most."""
    if "-r" not in command:
        return 0
    text = Path(command[command.index("-r") + 1]).read_text(encoding="utf-8")
    return sum("==" in line and not line.startswith((" ", "#")) for line in text.splitlines())


def _shortened(line: str, limit: int) -> str:
    """A line in one piece, cut to `limit` characters."""
    line = " ".join(line.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
