# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the phones of a speech track agree with speech whose phone times are known.

flite synthesises each line of a text file with each voice and prints the end time of every phone
(`-psdur`); the same sound goes through `analyze` with and without the transcript.

    python tests/tools/phone_accuracy.py SENTENCES.txt --voices kal16 kal [--mode both]
    python tests/tools/phone_accuracy.py tests/data/corpus
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

Segment = tuple[str, float, float]
"""Phone, start, end in seconds."""

BILABIAL = frozenset(["P", "B", "M"])
LABIODENTAL = frozenset(["F", "V"])
FLITE = {"pau": "SIL", "ax": "AH", "axr": "ER", "el": "L", "em": "M", "en": "N", "nx": "N", "dx": "D"}
"""Labels of flite's radio phone set that ARPAbet as the CMU dictionary has it spells differently."""


def synthesise(text: str, voice: str, path: Path) -> list[Segment]:
    """Write `text` spoken by flite's `voice` to `path`; return the phones with their true times."""
    out = subprocess.run(
        ["flite", "-voice", voice, "-t", text, "-o", str(path), "-psdur"], check=True, capture_output=True, text=True
    ).stdout
    segments: list[Segment] = []
    start = 0.0
    for item in out.split():
        name, _, end = item.rpartition(":")
        segments.append((FLITE.get(name, name.upper()), start, float(end)))
        start = float(end)
    return segments


def matches(
    true: Iterable[Segment], found: Iterable[Segment], kind: frozenset[str], tolerance: float
) -> tuple[int, int, int]:
    """True segments of `kind`, how many have their own found one of `kind` whose middle lies within
    `tolerance` seconds of theirs, and how many found ones are left over."""
    a = [(s + e) / 2 for p, s, e in true if p in kind]
    b = [(s + e) / 2 for p, s, e in found if p in kind]
    pairs = sorted((abs(x - y), i, j) for i, x in enumerate(a) for j, y in enumerate(b) if abs(x - y) <= tolerance)
    left, right = set[int](), set[int]()
    for _, i, j in pairs:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
    return len(a), len(left), len(b) - len(right)


def start_errors(true: Sequence[Segment], found: Sequence[Segment]) -> list[tuple[str, str, float]]:
    """For every phone that both sides have within 100 ms: (phone before, phone, found start minus true start)."""
    errors: list[tuple[str, str, float]] = []
    for i, (phone, start, _) in enumerate(true):
        if i == 0 or phone == "SIL":
            continue
        near = [s for p, s, _ in found if p == phone and abs(s - start) < 0.1]
        if near:
            errors.append((true[i - 1][0], phone, min((s - start for s in near), key=abs)))
    return errors


@dataclass
class Score:
    bilabial: np.ndarray = field(default_factory=lambda: np.zeros(3, int))
    labiodental: np.ndarray = field(default_factory=lambda: np.zeros(3, int))
    errors: list[tuple[str, str, float]] = field(default_factory=list)
    audio: float = 0.0

    def add(self, true: Sequence[Segment], found: Sequence[Segment], tolerance: float = 0.04) -> None:
        self.bilabial += matches(true, found, BILABIAL, tolerance)
        self.labiodental += matches(true, found, LABIODENTAL, tolerance)
        self.errors += start_errors(true, found)
        self.audio += true[-1][2]

    def __str__(self) -> str:
        def share(counts: np.ndarray) -> str:
            n, hit, false = counts
            return f"{hit / max(n, 1):.3f} found, {false / max(hit + false, 1):.3f} false (n={n})"

        e = np.array([x for _, _, x in self.errors]) * 1000 if self.errors else np.zeros(1)
        return (
            f"/p b m/ {share(self.bilabial)}; /f v/ {share(self.labiodental)}; "
            f"starts: median {np.median(e):+.1f} ms, median |e| {np.median(abs(e)):.1f} ms, "
            f"90 % within {np.percentile(abs(e), 90):.0f} ms (n={len(self.errors)})"
        )


def corpus(sentences: Sequence[str], voices: Sequence[str], folder: Path) -> list[tuple[str, str, Path, list[Segment]]]:
    """(text, voice, sound file, true phones) for each sentence and voice."""

    def one(job: tuple[int, str, str]) -> tuple[str, str, Path, list[Segment]]:
        i, text, voice = job
        path = folder / f"{voice}_{i:03d}.wav"
        return text, voice, path, synthesise(text, voice, path)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, [(i, t, v) for v in voices for i, t in enumerate(sentences)]))


def stored_corpus(folder: Path) -> list[tuple[str, str, Path, list[Segment]]]:
    """The clips of a folder with a `corpus.json`, as `corpus` gives them."""
    return [
        (c["text"], c["voice"], folder / c["file"], [(p["phone"], p["start"], p["end"]) for p in c["phones"]])
        for c in json.loads((folder / "corpus.json").read_text())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path, help="a text file of sentences, or a folder with a corpus.json")
    parser.add_argument("--voices", nargs="+", default=["kal16"])
    parser.add_argument("--mode", choices=("with", "without", "both"), default="both")
    parser.add_argument("--shuffled", action="store_true", help="score against the next sentence's truth: a control")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.source.is_dir():
            clips = stored_corpus(options.source)
        else:
            sentences = [line.strip() for line in options.source.read_text().splitlines() if line.strip()]
            clips = corpus(sentences, options.voices, Path(folder))
        for mode in ("with", "without") if options.mode == "both" else (options.mode,):
            report(clips, mode, options.shuffled)


def report(clips: Sequence[tuple[str, str, Path, list[Segment]]], mode: str, shuffled: bool) -> None:
    """Analyse all clips and print the scores of each voice."""
    from model_backend.audio import load_sound
    from model_backend.speech.analyzer import analyze

    scores: dict[str, Score] = {}
    spent = 0.0
    for i, (text, voice, path, truth) in enumerate(clips):
        sound = load_sound(path)
        began = time.perf_counter()
        track = analyze(sound, text if mode == "with" else None)
        spent += time.perf_counter() - began
        truth = clips[(i + 1) % len(clips)][3] if shuffled else truth
        scores.setdefault(voice, Score()).add(truth, [(p.phone, p.start, p.end) for p in track.phones])
    for voice, score in scores.items():
        print(f"{mode:8}{voice:6} {score}")
    print(f"{mode:8}{spent / sum(s.audio for s in scores.values()):.2f} s per second of sound", flush=True)


if __name__ == "__main__":
    main()
