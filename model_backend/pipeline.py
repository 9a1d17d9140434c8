# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way from a clip to a take: each step can be run alone, each result is kept under what went in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from . import __version__
from .audio import Sound, load_sound
from .errors import JobError
from .head_model import HeadModel, load_head_model
from .performance.contacts import ContactReport, enforce_contacts
from .performance.direction import Direction, direct, directions, unknown_words
from .performance.lip_gauge import LipGauge
from .performance.perform import Liveliness, perform
from .progress import Progress, part, silent
from .speech.analyzer import analyze as analyze_sound
from .speech.track import SpeechTrack
from .take import Take
from .talking_face.articulation import articulate

MOUTH_PLAIN: Final = 0.7
"""Share of the mouth's movement that stays at intensity 0: an expressionless speaker is still understood."""
KEPT_TRACKS: Final = 32
"""Speech tracks kept in memory: an artist's scene; each is some 100 kB a minute."""


@dataclass(frozen=True)
class Clip:
    """A stretch of an audio or film file: from `start` seconds, `duration` seconds long or to the end."""

    path: str
    start: float = 0.0
    duration: float | None = None


@dataclass(frozen=True)
class AnimateRequest:
    """Everything that decides what a take looks like."""

    clip: Clip
    transcript: str | None = None
    instructions: tuple[Mapping[str, Any], ...] = ()
    intensity: float = 1.0
    """Strength of expression, brows and head, 0..2; the mouth follows by three tenths."""
    seed: int = 0
    fps: float = 30.0
    head_model: str | None = None
    """Path of a head model in FLAME's format; None is the default head."""
    device: str = "auto"
    """Where networks run: auto, cpu, cuda, mps. The rules run on the processor whatever is asked."""


_tracks: OrderedDict[Hashable, SpeechTrack] = OrderedDict()


def analyze(clip: Clip, transcript: str | None = None, progress: Progress = silent) -> SpeechTrack:
    """Words, phones and prosody of a clip. Raises `JobError`."""
    progress(0.0, "Reading the sound")
    return _analyze(load_sound(clip.path, clip.start, clip.duration), transcript, part(progress, 0.1, 1.0))


def _analyze(sound: Sound, transcript: str | None, progress: Progress) -> SpeechTrack:
    key = (sound.sha256(), (transcript or "").strip())
    if key not in _tracks:
        _tracks[key] = analyze_sound(sound, transcript or None, progress)
        while len(_tracks) > KEPT_TRACKS:
            _tracks.popitem(last=False)
    _tracks.move_to_end(key)
    return _tracks[key]


def frame_times(duration: float, fps: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Times (T,) of the frames that cover `duration` seconds, the first at 0 and the last at or after its end."""
    return np.arange(int(np.ceil(duration * fps - 1e-6)) + 1) / fps


def animate(request: AnimateRequest, progress: Progress = silent) -> Take:
    """The take for a request. Raises `JobError`; deterministic for equal requests and sound."""
    _check(request)
    head = load_head_model(request.head_model)
    progress(0.0, "Reading the sound")
    sound = load_sound(request.clip.path, request.clip.start, request.clip.duration)
    track = _analyze(sound, request.transcript, part(progress, 0.05, 0.85))
    progress(0.85, "Animating the face")
    return perform_take(track, head, request, sound.sha256(), part(progress, 0.85, 1.0))


def perform_take(
    track: SpeechTrack, head: HeadModel, request: AnimateRequest, sound_hash: str, progress: Progress = silent
) -> Take:
    """Everything after speech: articulation, performance, contacts and coefficients."""
    times = frame_times(track.duration, request.fps)
    given = directions(request.instructions, track.duration)
    mouth = articulate(track, times, MOUTH_PLAIN + (1 - MOUTH_PLAIN) * request.intensity)
    progress(0.3, "Animating the face")
    liveliness = Liveliness(brows=request.intensity, head=request.intensity)
    controls, neck = perform(track, mouth, times, request.seed, liveliness)
    controls, neck = direct(controls, neck, given, times, request.seed, request.intensity)
    controls, contacts = enforce_contacts(LipGauge(head), controls, track.phones, request.fps)
    progress(0.7, "Writing the coefficients")
    motion = head.control_map.motion(controls, request.fps, neck)
    return Take(
        motion=motion,
        controls=head.control_map.controls(motion),
        landmarks=head.landmarks(motion),
        phones=tuple(asdict(phone) for phone in track.phones),
        instructions=tuple(asdict(direction) for direction in given),
        provenance={
            "program": "AVI Talking",
            "version": __version__,
            "method": "rules",
            "sound_sha256": sound_hash,
            "clip": asdict(request.clip),
            "transcript": request.transcript or "",
            "words": [asdict(word) for word in track.words],
            "intensity": request.intensity,
            "seed": request.seed,
            "fps": request.fps,
            "head_model": {"name": head.name, "sha256": head.digest},
            "warnings": _warnings(track, given, contacts),
        },
    )


def takes(request: AnimateRequest, count: int, progress: Progress = silent) -> list[Take]:
    """`count` takes of one request with the seeds `seed`, `seed` + 1, …"""
    return [
        animate(replace(request, seed=request.seed + i), part(progress, i / count, (i + 1) / count))
        for i in range(count)
    ]


def _check(request: AnimateRequest) -> None:
    if not 1.0 <= request.fps <= 240.0:
        raise JobError(f"The frame rate {request.fps:g} is outside 1 to 240. Choose the scene's frame rate.")
    if not 0.0 <= request.intensity <= 2.0:
        raise JobError(f"The intensity {request.intensity:g} is outside 0 to 2.")
    if request.device not in ("auto", "cpu"):
        raise JobError(f"There is no network in this version that could use '{request.device}'. Choose auto or cpu.")


def _warnings(track: SpeechTrack, given: Sequence[Direction], contacts: ContactReport) -> list[str]:
    warnings: list[str] = []
    if unknown := unknown_words(given):
        warnings.append(f"Of the instruction these words were not understood: {', '.join(unknown[:8])}.")
    if not track.prosody.phrases:
        warnings.append("No speech was found in this clip, so the mouth stays at rest.")
    if contacts.open_closures:
        warnings.append(
            f"This head cannot close its lips far enough for {len(contacts.open_closures)} of the sounds P, B and M."
        )
    if contacts.missed_teeth:
        warnings.append(
            f"This head's lower lip misses the teeth in {len(contacts.missed_teeth)} of the sounds F and V."
        )
    return warnings
