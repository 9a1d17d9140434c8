# SPDX-License-Identifier: GPL-3.0-or-later
"""Any audio or film file to what the listening works on: mono float32 at 16 kHz.

Decoding streams through PyAV, whose wheel carries FFmpeg's codecs; of the source only one packet at a time
is held, of the result 64 kB a second. Level is kept as recorded, because loudness tells vocal effort.
"""

from __future__ import annotations

import hashlib
import math
import os
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .errors import JobError
from .media import checked_path, read_blocks

SAMPLE_RATE: Final = 16000
"""Samples per second of every `Sound`; the rate of pocketsphinx' acoustic model."""

MIN_DURATION: Final = 0.2
MAX_DURATION: Final = 30 * 60.0
"""Shortest and longest clip, seconds."""

_MIN_SLACK = 0.005  # a strip of 0.2 s may lose a few milliseconds to frame rounding
_MAX_SLACK = 1.0  # coders pad the last packet
_BATCH = 1 << 16  # samples worked on at once
_BROKEN_LEVEL = 1e6  # float samples beyond +120 dBFS are damage, not sound
_SILENT_CHANNEL = 1e-3  # of the loudest channel's power (-30 dB)
_CANCELLED = 0.25  # of the power that unrelated channels would keep in their mean (-6 dB)


@dataclass(frozen=True, eq=False)
class Sound:
    """Mono sound: `samples` (n,) float32 at `SAMPLE_RATE`, full scale ±1 (floats may exceed it), read-only."""

    samples: NDArray[np.float32]

    def __post_init__(self) -> None:
        samples = np.asarray(self.samples, np.float32).view()
        if samples.ndim != 1:
            raise ValueError("a Sound is mono: samples must be one-dimensional")
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / SAMPLE_RATE

    def sha256(self) -> str:
        """SHA-256 (hex) of the samples: the same for the same sound from any file, for cache keys."""
        return hashlib.sha256(np.ascontiguousarray(self.samples).data).hexdigest()


def load_sound(path: str | os.PathLike[str], start: float = 0.0, duration: float | None = None) -> Sound:
    """The sound of an audio or film file, or of the part that begins at `start` and lasts `duration` seconds.

    Time 0 is a film's first picture or sound, whichever comes first, and an audio file's first sample. The part
    ends with the file where that ends sooner. Channels are averaged, those that are silent left out; where the
    average cancels (one channel inverted) the loudest channel is taken alone. The mean (DC) is removed, nothing
    else is changed. Samples that are not numbers become 0.

    Raises `JobError` for a file that is missing, unreadable, no sound, damaged beyond use, made of non-numbers for
    the greater part, and for a part shorter than 0.2 s or longer than 30 min. A damaged file yields what of it
    can be decoded. Digital silence is a sound.
    """
    file = checked_path(Path(path))
    name = file.name
    if not math.isfinite(start) or start < 0:
        raise JobError(f"A part of “{name}” cannot start at {start:g} s; give a start of 0 s or later.")
    if duration is not None and not duration > 0:
        raise JobError(f"A part of “{name}” cannot last {duration:g} s; give a duration of at least {MIN_DURATION} s.")
    end = math.inf if duration is None else start + duration

    mix = _Mix(name)
    for block, rate in _batched(read_blocks(file, start, end)):
        mix.add(block, rate)
    if mix.cancels():
        loudest = _Mix(name, channel=mix.loudest())
        for block, rate in _batched(read_blocks(file, start, end)):
            loudest.add(block, rate)
        mix = loudest
    samples = mix.samples()
    length = len(samples) / SAMPLE_RATE
    if length < MIN_DURATION - _MIN_SLACK:
        if start > 0 or duration is not None:
            raise JobError(
                f"The chosen part of “{name}” holds only {length:.2f} s of sound; choose at least {MIN_DURATION} s."
            )
        raise JobError(f"“{name}” holds only {length:.2f} s of sound; choose a clip of at least {MIN_DURATION} s.")
    return Sound(samples)


class _Mix:
    """Blocks of channels, mixed to mono and resampled as they come, with what is needed to judge the mix."""

    def __init__(self, name: str, channel: int | None = None) -> None:
        self.name = name
        self.channel = channel
        self.mono = array("f")
        self.rate = 0
        self.resampler: Any = None
        self.count = 0  # samples times channels
        self.bad = 0
        self.length = 0.0  # seconds
        self.moments = np.zeros((0, 3))  # per channel: samples, their sum, sum of squares
        self.mean_moments = np.zeros(3)

    def add(self, block: NDArray[Any], rate: int) -> None:
        """Take (channels, n) samples at `rate` Hz."""
        broken = ~(np.abs(block) <= _BROKEN_LEVEL)
        self.count += block.size
        if broken.any():
            self.bad += int(broken.sum())
            block = np.where(broken, 0.0, block)
        self._measure(block)
        mono = block.mean(axis=0) if self.channel is None else block[min(self.channel, len(block) - 1)]
        self._resample(mono.astype(np.float32), rate)
        self.length += block.shape[1] / rate
        if self.length > MAX_DURATION + _MAX_SLACK:
            raise JobError(
                f"“{self.name}” is longer than {MAX_DURATION / 60:.0f} min; choose a part of it or split it into clips."
            )

    def _measure(self, block: NDArray[Any]) -> None:
        if len(self.moments) < len(block):
            self.moments = np.vstack([self.moments, np.zeros((len(block) - len(self.moments), 3))])
        wide = block.astype(np.float64)
        self.moments[: len(block), 0] += block.shape[1]
        self.moments[: len(block), 1] += wide.sum(axis=1)
        self.moments[: len(block), 2] += np.einsum("cn,cn->c", wide, wide)
        mean = wide.mean(axis=0)
        self.mean_moments += (len(mean), mean.sum(), mean @ mean)

    def _resample(self, mono: NDArray[np.float32], rate: int) -> None:
        if rate != self.rate:
            self._flush()
            self.rate = rate
            if rate != SAMPLE_RATE:
                import soxr

                self.resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")
        if self.resampler is not None:
            mono = self.resampler.resample_chunk(mono)
        self.mono.frombytes(mono.tobytes())

    def _flush(self) -> None:
        if self.resampler is not None:
            self.mono.frombytes(self.resampler.resample_chunk(np.zeros(0, np.float32), last=True).tobytes())
        self.resampler = None

    @property
    def _power(self) -> NDArray[np.float64]:
        """Mean square of each channel about its mean."""
        count = np.maximum(self.moments[:, 0], 1)
        return np.maximum(self.moments[:, 2] / count - (self.moments[:, 1] / count) ** 2, 0.0)

    @property
    def _sounding(self) -> NDArray[np.bool_]:
        power = self._power
        return power > _SILENT_CHANNEL * power.max(initial=0.0)

    def loudest(self) -> int:
        return int(self._power.argmax())

    def cancels(self) -> bool:
        """Whether averaging the channels lost the sound: its power is far below what unrelated channels keep."""
        sounding = self._sounding
        if self.channel is not None or sounding.sum() < 2:
            return False
        count = max(self.mean_moments[0], 1)
        power = self.mean_moments[2] / count - (self.mean_moments[1] / count) ** 2
        return bool(power < _CANCELLED * self._power[sounding].sum() / len(sounding) ** 2)

    def samples(self) -> NDArray[np.float32]:
        """The mono sound without DC."""
        self._flush()
        if self.bad > self.count / 2:
            raise JobError(f"“{self.name}” is damaged (most of its samples are not numbers); export the sound again.")
        samples = np.frombuffer(self.mono, np.float32)
        if self.channel is None and self._sounding.any():
            samples *= len(self.moments) / self._sounding.sum()
        if len(samples):
            samples -= samples.mean(dtype=np.float64)
        return samples


def _batched(blocks: Iterator[tuple[NDArray[Any], int]]) -> Iterator[tuple[NDArray[Any], int]]:
    """The same sound in fewer blocks: a packet holds some 20 ms, too little for array arithmetic to be quick."""
    held: list[NDArray[Any]] = []
    size = held_rate = 0
    for block, rate in blocks:
        if held and (size >= _BATCH or rate != held_rate or len(block) != len(held[0])):
            yield np.concatenate(held, axis=1), held_rate
            held, size = [], 0
        held.append(block)
        held_rate = rate
        size += block.size
    if held:
        yield np.concatenate(held, axis=1), held_rate
