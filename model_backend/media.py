# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocks of samples from audio and film files, each at its second.

PyAV's wheel carries FFmpeg's codecs. Files are handed to it as open streams, and no other protocol is allowed: what
a playlist or a session description inside a file names is never opened.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .errors import JobError

_GAP = 0.1  # s; smaller steps between time stamps are rounding (MPEG transport streams jitter by tens of ms)
_MAX_GAP = 60.0  # s; a larger step is a broken clock, not silence
_SEEK_FROM = 20.0  # s; nearer starts are reached sooner by decoding
_PREROLL = 2.0  # s decoded before the start, so that a decoder's state has settled

_SEEKABLE = frozenset({"wav", "w64", "aiff", "flac", "mov", "matroska"})
"""FFmpeg's names of the formats whose time stamps after a seek are true to the sample (Matroska: to 1 ms)."""

_FORMATS: Final[dict[str, tuple[str, float, float]]] = {
    "u8": ("u1", 128.0, 2.0**-7),
    "s16": ("i2", 0.0, 2.0**-15),
    "s32": ("i4", 0.0, 2.0**-31),
    "s64": ("i8", 0.0, 2.0**-63),
    "flt": ("f4", 0.0, 1.0),
    "dbl": ("f8", 0.0, 1.0),
}
"""FFmpeg's packed sample formats: numpy type, value of silence, scale to full scale 1."""


def checked_path(path: Path) -> Path:
    """The path if it can be a sound file."""
    try:
        if path.is_dir():
            raise JobError(f"“{path}” is a folder; choose a sound or film file in it.")
        if not path.exists():
            raise JobError(f"There is no file “{path}”; check its name or choose the sound again.")
        if not path.is_file():
            raise JobError(f"“{path}” is not a file; choose a sound or film file.")
        if path.stat().st_size == 0:
            raise JobError(f"“{path.name}” is empty (0 bytes); export or copy the sound again.")
    except PermissionError:
        raise _forbidden(path) from None
    except (OSError, ValueError):  # a name too long for the system, or with a NUL
        raise JobError(f"There is no file “{path!s:.200}”; check its name or choose the sound again.") from None
    return path


def _forbidden(path: Path) -> JobError:
    return JobError(f"You may not read “{path}”; change its permissions or copy it to a folder of your own.")


def read_blocks(path: Path, start: float, end: float) -> Iterator[tuple[NDArray[Any], int]]:
    """(channels, n) blocks and their sample rate, of the part from `start` to `end` seconds."""
    from av.error import FFmpegError

    try:
        try:
            with path.open("rb") as file:
                yield from _open_blocks(file, path.name, start, end, seek=start > _SEEK_FROM)
        except _MissedError:  # nothing was yielded yet
            with path.open("rb") as file:
                yield from _open_blocks(file, path.name, start, end, seek=False)
    except PermissionError:
        raise _forbidden(path) from None
    except (FFmpegError, OSError):
        raise JobError(f"“{path.name}” is not a sound or film that can be read; convert it to WAV or FLAC.") from None


class _MissedError(Exception):
    """A seek led past the wanted second, or to where nothing can be decoded."""


def _open_blocks(file: Any, name: str, start: float, end: float, seek: bool) -> Iterator[tuple[NDArray[Any], int]]:
    import av
    from av.stream import Disposition

    # A file must not make FFmpeg open another one, or an address (playlists, concatenations, SDP).
    options = {"protocol_whitelist": "pipe"}
    opened: Any = av.open(file, "r", options=options, metadata_errors="replace")
    with opened as container:
        stream = container.streams.best("audio")
        films = [video for video in container.streams.video if not video.disposition & Disposition.attached_pic]
        if stream is None:
            raise _soundless(name, container.format.name, bool(films))
        if stream.codec_context is None:
            raise JobError(f"The sound of “{name}” is coded in a way that cannot be read; convert it to WAV or FLAC.")
        zero = container.start_time / av.time_base if films and container.start_time is not None else None
        reader = _Reader(container, stream, name, zero)
        if seek and _SEEKABLE.intersection(container.format.name.split(",")):
            reader.seek(start)
        yield from reader.blocks(start, end)


def _soundless(name: str, format_name: str, film: bool) -> JobError:
    if format_name.endswith("_pipe") or format_name in {"image2", "gif", "ico", "tty", "apng"}:
        return JobError(f"“{name}” is a picture, not a sound; choose a sound or film file.")
    if film:
        return JobError(f"The film “{name}” has no audio track; choose a film with sound, or the sound file itself.")
    return JobError(f"“{name}” holds no sound; choose a sound or film file.")


class _Reader:
    """Decodes one stream of a container and knows at what second each sample lies."""

    def __init__(self, container: Any, stream: Any, name: str, zero: float | None) -> None:
        self.container = container
        self.stream = stream
        self.name = name
        self.zero = zero  # the file's second 0 on the stream's clock; None: where the first sample lies
        self.sought = False

    def seek(self, start: float) -> None:
        """Move to a little before `start`, if the file lets us."""
        from av.error import FFmpegError

        offset = self.stream.start_time
        first = 0.0 if offset is None else float(offset * self.stream.time_base)
        zero = first if self.zero is None else self.zero
        try:
            self.container.seek(int((zero + start - _PREROLL) / self.stream.time_base), stream=self.stream)
        except FFmpegError:
            return  # the position is unchanged: decode up to there
        self.zero = zero
        self.sought = True

    def blocks(self, start: float, end: float) -> Iterator[tuple[NDArray[Any], int]]:
        """(channels, n) blocks and their rate. Gaps between time stamps become silence, as in a player."""
        origin = 0.0  # second of the sample from which `passed` counts
        passed = 0
        rate = 0
        total = 0.0
        for frame in self._frames():
            block, stamp = _samples(frame), frame.time
            if self.zero is None and stamp is not None:
                self.zero = stamp
            now = origin + passed / rate if rate else 0.0
            time = now if stamp is None else stamp - (self.zero or 0.0)
            opening = rate == 0
            if opening and self.sought:
                if stamp is None or time > start:
                    raise _MissedError
                now = time
            if frame.sample_rate != rate:
                origin, passed, rate = now, 0, frame.sample_rate
            gap = time - now
            if opening or _GAP < gap < _MAX_GAP:  # the first sample may also lie before second 0
                for silence in _silence(len(block), rate, max(now, start), min(time, end)):
                    yield silence, rate
                origin, passed, now = time, 0, time
            first = max(0, math.ceil((start - now) * rate - 0.5))
            last = block.shape[1] if math.isinf(end) else min(block.shape[1], math.ceil((end - now) * rate - 0.5))
            if last > first:
                yield block[:, first:last], rate
            passed += block.shape[1]
            total = origin + passed / rate
            if total >= end:
                return
        if self.sought and rate == 0:
            raise _MissedError
        if start > 0 and total <= start:
            raise JobError(
                f"“{self.name}” is only {total:.2f} s long but the part starts at {start:.2f} s; choose an earlier "
                "start."
            )

    def _frames(self) -> Iterator[Any]:
        """Decoded frames; damaged packets are passed over, the end of what can be read is the end."""
        from av.error import FFmpegError

        good = damaged = 0
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                break
            except FFmpegError:
                damaged += 1
                break
            try:
                frames = packet.decode()
            except FFmpegError:
                damaged += 1
                continue
            for frame in frames:
                if frame.samples and frame.sample_rate:
                    good += 1
                    yield frame
        if damaged > good:
            raise JobError(f"“{self.name}” is damaged and cannot be decoded; export or copy the sound again.")


def _silence(channels: int, rate: int, start: float, end: float) -> Iterator[NDArray[np.float32]]:
    """(channels, n) blocks of zeros from `start` to `end` seconds, at most a second each."""
    left = round((end - start) * rate)
    while left > 0:
        yield np.zeros((channels, min(left, rate)), np.float32)
        left -= rate


def _samples(frame: Any) -> NDArray[Any]:
    """(channels, n) samples of a frame, full scale ±1; float32, or float64 where the source has that much range."""
    kind, silence, scale = _FORMATS[frame.format.packed.name]
    channels = frame.layout.nb_channels
    if frame.format.is_planar:
        block = np.stack([np.frombuffer(plane, kind, frame.samples) for plane in frame.planes[:channels]])
    else:
        block = np.frombuffer(frame.planes[0], kind, frame.samples * channels).reshape(-1, channels).T
    if scale == 1.0:
        return block
    return ((block - silence) * scale).astype(np.float32)
