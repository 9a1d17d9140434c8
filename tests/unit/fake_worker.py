# SPDX-License-Identifier: GPL-3.0-or-later
"""A real worker process with a pipeline whose behaviour is the name of the clip.

python tests/unit/fake_worker.py [arguments of the worker]
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from model_backend import worker
from model_backend.controls import CONTROLS
from model_backend.errors import JobError
from model_backend.speech.track import Phone, Prosody, SpeechTrack, Word
from model_backend.take import FaceMotion, Take

FRAMES = 12


class OutOfMemoryError(RuntimeError):
    """Named as torch's."""


@dataclass
class Clip:
    path: str
    start: float
    duration: float | None


def analyze(clip, transcript, progress):
    behave(Path(clip.path).name, progress)
    curve = np.zeros(10, np.float32)
    phones = (Phone("HH", 0.0, 0.1), Phone("AH", 0.1, 1.0, 0.5))
    return SpeechTrack(1.0, (Word(transcript or "hello", 0.0, 1.0),), phones, Prosody(curve, curve))


def animate(request, progress):
    behave(Path(request.clip.path).name, progress)

    def zeros(*shape):
        return np.zeros((FRAMES, *shape), np.float32)

    motion = FaceMotion(request.fps, zeros(50), zeros(15), zeros(2), zeros(16))
    provenance = {"words": [{"text": "hello", "start": 0.0, "end": 1.0}], "warnings": ["It is quiet."]}
    return Take(motion, zeros(len(CONTROLS)), zeros(68, 3), ({"phone": "AH", "start": 0, "end": 1},), (), provenance)


def behave(name, progress):
    match name:
        case "quick":
            progress(0.5, "Listening")
        case "slow":  # a minute, with looks at the progress
            for i in range(6000):
                progress(i / 6000, "Listening")
                time.sleep(0.01)
        case "deaf":  # a minute without
            progress(0.1, "Listening")
            time.sleep(60)
        case "gripping":  # a library that keeps Python's lock: no other thread goes on
            progress(0.1, "Listening")
            ctypes.PyDLL(None).sleep(60)
        case "stubborn":  # not even SIGTERM ends it
            progress(0.1, "Listening")
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    time.sleep(60)
                except worker.Terminated:
                    continue
        case "noisy":
            print('{"jsonrpc": "2.0", "id": 1, "result": "from Python"}')
            os.write(1, b"from the descriptor\n")
            ctypes.CDLL(None).puts(b"from C")
            ctypes.CDLL(None).fflush(None)
            subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
        case "thirsty":  # would wait for the user, or eat the client's messages
            assert sys.stdin.read() == ""
            assert os.read(0, 1) == b""
        case "unreadable":
            raise JobError("The clip cannot be read: choose another.")
        case "defect":
            raise ZeroDivisionError("float division by zero")
        case "quit":
            raise SystemExit("a library gave up")
        case "memory":
            raise MemoryError
        case "card":
            raise OutOfMemoryError
        case "package":
            import a_package_that_is_missing  # noqa: F401
        case "crash":
            progress(0.5, "Listening")
            os.abort()
        case "exit":
            progress(0.5, "Listening")
            os._exit(3)
        case "family":  # a grandchild that would outlive the worker
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            progress(0.5, str(child.pid))
            time.sleep(60)
        case "ballast":  # 8 MB that a job may use and must give back
            progress(0.5, str(np.ones(1_000_000).sum()))
        case _:
            raise AssertionError(name)


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--idle-timeout", type=float, default=60.0)
    parser.add_argument("--log", default="worker.log")
    parser.add_argument("--owner", type=int)
    options = parser.parse_args()
    fake = SimpleNamespace(Clip=Clip, AnimateRequest=SimpleNamespace, analyze=analyze, animate=animate)
    sys.exit(worker.serve(options.idle_timeout, options.log, options.owner, lambda: fake))
