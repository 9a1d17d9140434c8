# SPDX-License-Identifier: GPL-3.0-or-later
"""Print how long the parts of the main job take on this machine, beside what is promised for two cores.

    make bench                      everything; the long file takes some ten minutes of it
    make bench ARGS=--quick         without the long file

The worker is a real child process, asked as Blender asks it and timed from outside; Blender's part runs in this
process. Clips are sentences of the measuring corpus, joined; every repetition hears other sentences, since a clip
that was heard before is not listened to again. Two cores: `taskset -c 0,1 make bench`.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from model_backend import protocol  # noqa: E402
from model_backend.protocol import AnalyzeParams, AnimateParams  # noqa: E402
from tests.blender.addon_fixture import load  # noqa: E402
from tests.measure.clips import CORPUS, corpus_clips  # noqa: E402

RATE = 16000
CLIP_SECONDS = 10.0
FRAMES, FPS = 600, 30


class Worker:
    """A worker process and its conversation."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the worker
        self._process = subprocess.Popen(
            [sys.executable, "-m", "model_backend.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            bufsize=0,
        )
        self._ids = itertools.count(1)

    def ask(self, method: str, params: Mapping[str, Any], told: Callable[[float], None] = lambda fraction: None) -> Any:
        """Send a request and wait for its result. Raises `SystemExit` where the worker fails."""
        id = next(self._ids)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(protocol.encode(protocol.Request(id, method, params)))
        for line in self._process.stdout:
            message = protocol.decode(line)
            if isinstance(message, protocol.Notification):
                if message.method == "progress":
                    told(message.params["fraction"])
            elif isinstance(message, protocol.Failure):
                raise SystemExit(f"{method} failed: {message.message}")
            elif isinstance(message, protocol.Response) and message.id == id:
                return message.result
        self._log.seek(0)
        raise SystemExit(f"The worker ended without an answer:\n{self._log.read().decode(errors='replace')[-2000:]}")

    def peak_memory(self) -> float:
        """Largest resident size so far, MB (Linux)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM"))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def clips(folder: Path) -> Iterator[tuple[Path, str]]:
    """(sound file, its words) of clips about `CLIP_SECONDS` long, whole sentences, no two alike."""
    sentences = corpus_clips()
    for first in range(0, len(sentences) - 2, 3):
        three = sentences[first : first + 3]
        samples = np.concatenate([soundfile.read(sentence.path, dtype="float32")[0] for sentence in three])
        if abs(len(samples) / RATE - CLIP_SECONDS) <= 0.7:
            path = folder / f"clip_{first}.wav"
            soundfile.write(path, samples, RATE)
            yield path, " ".join(sentence.text for sentence in three)


def long_file(path: Path, minutes: float) -> None:
    """The corpus over and over, with pauses, `minutes` long."""
    sentences = itertools.cycle(sorted(CORPUS.glob("*.flac")))
    left = int(minutes * 60 * RATE)
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        while left > 0:
            samples = np.concatenate([soundfile.read(next(sentences), dtype="float32")[0], np.zeros(RATE // 2)])[:left]
            file.write(samples)
            left -= len(samples)


def timed(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


class Table:
    def __init__(self) -> None:
        print(f"{'':58} {'median':>9} {'worst':>9} {'promised':>9}  n")

    def row(self, name: str, values: list[float], promised: float | None, unit: str = "s") -> None:
        factor, form = {"s": (1.0, "{:.2f} s"), "ms": (1000.0, "{:.1f} ms"), "MB": (1.0, "{:.0f} MB")}[unit]
        cells = [form.format(factor * value) for value in (statistics.median(values), max(values))]
        limit = "" if promised is None else form.format(factor * promised)
        late = "" if promised is None or statistics.median(values) <= promised else "  over"
        print(f"{name:58} {cells[0]:>9} {cells[1]:>9} {limit:>9}  {len(values)}{late}", flush=True)


def bench_worker(table: Table, folder: Path) -> None:
    sounds = list(clips(folder))
    output = str(folder / "take.npz")

    def animate(worker: Worker, sound: Path, words: str | None) -> None:
        worker.ask("animate", AnimateParams(str(sound), output, transcript=words, fps=float(FPS)).to_json())

    cold = []
    for sound, words in sounds[:2]:
        began = time.perf_counter()
        worker = Worker()
        animate(worker, sound, words)
        cold.append(time.perf_counter() - began)
        worker.close()
    table.row("first job of a new worker, 10 s clip, its start included", cold, 8.0)

    worker = Worker()
    animate(worker, *sounds[0])
    animate(worker, sounds[0][0], None)
    speech: dict[str, list[float]] = {"with transcript": [], "without transcript": []}
    after: list[float] = []
    for sound, words in sounds[1:]:
        for name, text in (("with transcript", words), ("without transcript", None)):
            params = AnalyzeParams(str(sound), transcript=text).to_json()
            speech[name].append(timed(lambda params=params: worker.ask("analyze", params)))
            after.append(timed(lambda sound=sound, text=text: animate(worker, sound, text)))
    for name, values in speech.items():
        table.row(f"speech, 10 s clip, {name}", values, 4.0)
    table.row("everything after speech, 10 s clip, the take file included", after, 0.3)
    table.row("memory of the worker after these", [worker.peak_memory()], None, "MB")
    worker.close()


def bench_blender(table: Table) -> None:
    import bpy

    head_module, keying, rig = (load(f"avi_talking_addon.{name}") for name in ("head", "keying", "rig"))
    take_module = load("model_backend.take")
    added = []
    for _ in range(5):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        added.append(timed(lambda: head_module.build_head(bpy.context)))
    table.row("adding the head", added, None, "ms")

    model = load("model_backend.head_model").load_head_model(None)
    head = bpy.context.view_layer.objects.active
    scene = bpy.context.scene
    scene.render.fps = FPS
    # Waves on every control and on the neck, so that no channel stands still and every curve gets all its keys.
    seconds = np.arange(FRAMES)[:, None] / FPS
    phases = np.linspace(0.0, 6.0, 68)
    controls = (0.3 + 0.25 * np.sin(2 * np.pi * seconds + phases)).astype(np.float32)
    neck = (0.1 * np.sin(seconds + np.arange(3))).astype(np.float32)
    motion = model.control_map.motion(controls, float(FPS), neck=neck)
    take = take_module.Take(motion, model.control_map.controls(motion), model.landmarks(motion))
    keyed, checked, curves = [], [], 0
    for values, check in ((keyed, False), (checked, True)):
        for _ in range(10):
            began = time.perf_counter()
            report = keying.apply_take(rig.find_rig(head), take, 1, scene=scene, check=check)
            values.append(time.perf_counter() - began)
            curves = report.curves
            bpy.data.batch_remove(list(bpy.data.actions))
    table.row(f"keying {curves} curves x {FRAMES} frames", keyed, 0.05, "ms")
    table.row("the same with the look at the mesh afterwards", checked, None, "ms")


def bench_memory(table: Table, folder: Path, minutes: float) -> None:
    path = folder / "long.wav"
    long_file(path, minutes)
    worker = Worker()

    def tell(fraction: float) -> None:
        if sys.stderr.isatty():
            print(f"\r{minutes:g} min file: {fraction:4.0%}", end="", file=sys.stderr)

    began = time.perf_counter()
    worker.ask("animate", AnimateParams(str(path), str(folder / "long.npz"), fps=float(FPS)).to_json(), tell)
    table.row(f"{minutes:g} min file without transcript, whole job", [time.perf_counter() - began], None)
    table.row(f"memory of the worker, {minutes:g} min file, at its highest", [worker.peak_memory()], 2000.0, "MB")
    worker.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="leave the long file out")
    parser.add_argument("--minutes", type=float, default=30.0, help="length of the long file (30)")
    options = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} processor cores, load {os.getloadavg()[0]:.1f}")
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        bench_worker(table, Path(folder))
        bench_blender(table)
        if not options.quick:
            bench_memory(table, Path(folder), options.minutes)
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # bpy 4.5 can hang in the interpreter's clean-up
