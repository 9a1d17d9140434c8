# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthesise the line that `make demo` speaks: assets/demo_line.flac from assets/demo_line.txt.

Run by hand only when the line changes. Needs festival with the voice cmu_us_slt_arctic_hts (Debian: festival,
festvox-us-slt-hts) and, from PyPI, pyworld and soundfile:

    python scripts/make_demo_line.py

The voice reads almost on one note, so its melody is widened with the WORLD vocoder (Morise et al. 2016).
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pyworld  # pyright: ignore[reportMissingImports]  # not locked: used by hand only
import soundfile

ASSETS = Path(__file__).resolve().parent.parent / "assets"
VOICE = "voice_cmu_us_slt_arctic_hts"
MELODY = 1.7
"""Factor on the distance of log F0 from its median: the 5-95 % range grows from 0.37 to 0.64 octaves."""
PEAK = 0.8


def speak(text: Path, wave: Path) -> None:
    subprocess.run(["text2wave", "-eval", f"({VOICE})", str(text), "-o", str(wave)], check=True)


def widen_melody(samples: np.ndarray, rate: int) -> np.ndarray:
    f0, times = pyworld.harvest(samples, rate, f0_floor=90.0, f0_ceil=400.0)
    envelope = pyworld.cheaptrick(samples, f0, times, rate)
    aperiodicity = pyworld.d4c(samples, f0, times, rate)
    voiced = f0 > 0
    log_f0 = np.log(np.where(voiced, f0, 1.0))
    median = np.median(log_f0[voiced])
    wider = np.where(voiced, np.exp(median + MELODY * (log_f0 - median)), 0.0)
    return pyworld.synthesize(wider, envelope, aperiodicity, rate)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder) / "line.wav"
        speak(ASSETS / "demo_line.txt", wave)
        samples, rate = soundfile.read(wave)
    samples = widen_melody(samples.astype(float), rate)
    soundfile.write(ASSETS / "demo_line.flac", samples * (PEAK / np.abs(samples).max()), rate, subtype="PCM_16")


if __name__ == "__main__":
    main()
