# SPDX-License-Identifier: GPL-3.0-or-later
"""From clips to scores: the real pipeline, the real keying, Blender's own evaluation."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from model_backend.audio import load_sound
from model_backend.head_model import HeadModel, load_head_model
from model_backend.pipeline import AnimateRequest, Clip, animate, perform_take
from model_backend.speech.prosody import measure_prosody
from model_backend.speech.track import SpeechTrack
from model_backend.take import Take

from .clips import ALSA_GROUP, MeasuredClip
from .lips import Scores, score, total
from .mouth import MouthCurves, MouthGauge
from .report import Key

START_FRAME = 1
ALL = "all voices"
CONDITIONS = ("transcript", "recognised", "true phones")
"""What the program is told: the words; nothing; the true phones in place of everything it hears, which shows what is
left to gain by hearing better."""
SHUFFLED = "shuffled"
"""The control: the motion of the next clip, made with its transcript, judged against this one's phones."""


class Stage:
    """An empty scene with one default head, onto which takes are keyed. `load` gives the add-on's modules by name."""

    def __init__(self, load: Callable[[str], ModuleType], channels: str = "FLAME") -> None:
        import bpy

        bpy.ops.wm.read_factory_settings(use_empty=True)
        self._keying = load("avi_talking_addon.keying")
        self._find_rig = load("avi_talking_addon.rig").find_rig
        self._load_take = load("model_backend.take").load_take
        self._scene = bpy.context.scene
        self._head = load("avi_talking_addon.head").build_head(bpy.context, channels=channels)
        self._gauge = MouthGauge(self._head)

    def play(self, take: Take) -> MouthCurves:
        """Key `take` in a scene at its frame rate and measure every frame of it."""
        import bpy

        self._scene.render.fps, self._scene.render.fps_base = round(take.motion.fps), 1.0
        with tempfile.TemporaryDirectory() as folder:  # as it travels from the worker to Blender
            path = Path(folder) / "take.npz"
            take.save(path)
            self._keying.apply_take(
                self._find_rig(self._head), self._load_take(path), START_FRAME, scene=self._scene, check=False
            )
        curves = self._gauge.measure(self._scene, START_FRAME, take.motion.frames)
        bpy.data.batch_remove(list(bpy.data.actions))
        return curves


def make_take(clip: MeasuredClip, condition: str, fps: int) -> Take:
    """What the program makes of `clip` under one of `CONDITIONS`."""
    words = clip.text if condition == "transcript" else None
    request = AnimateRequest(Clip(str(clip.path)), transcript=words, fps=float(fps))
    if condition != "true phones":
        return animate(request)
    track, sound_hash = _true_track(clip)
    return perform_take(track, _head(), request, sound_hash)


@lru_cache(maxsize=1)
def _true_track(clip: MeasuredClip) -> tuple[SpeechTrack, str]:
    sound = load_sound(str(clip.path))
    track = SpeechTrack(sound.duration, (), clip.phones, measure_prosody(sound.samples, clip.phones))
    return track, sound.sha256()


@lru_cache(maxsize=1)
def _head() -> HeadModel:
    return load_head_model(None)


def measure(
    stage: Stage,
    clips: Sequence[MeasuredClip],
    rates: Sequence[int],
    told: Callable[[str], None] = lambda message: None,
) -> dict[Key, Scores]:
    """Scores by (group, condition, fps)."""
    played: dict[tuple[str, int, str], MouthCurves] = {}
    for number, clip in enumerate(clips, 1):
        told(f"{number} of {len(clips)}: {clip.name}")
        for condition in CONDITIONS:
            for fps in rates:
                played[condition, fps, clip.name] = stage.play(make_take(clip, condition, fps))
    results: dict[Key, Scores] = {}
    for group, members in _groups(clips).items():
        neighbours = [*members[1:], members[0]]
        for condition in CONDITIONS:
            for fps in rates:
                own = (score(clip, played[condition, fps, clip.name]) for clip in members)
                results[group, condition, fps] = total(own)
        for fps in rates if len(members) > 1 else ():
            pairs = zip(members, neighbours, strict=True)
            results[group, SHUFFLED, fps] = total(
                score(clip, played["transcript", fps, other.name]) for clip, other in pairs
            )
    return results


def _groups(clips: Sequence[MeasuredClip]) -> dict[str, list[MeasuredClip]]:
    """Synthetic clips by voice and all together, and the real voices."""
    groups: dict[str, list[MeasuredClip]] = {}
    synthetic = [clip for clip in clips if clip.group != ALSA_GROUP]
    if synthetic:
        groups[ALL] = synthetic
    for clip in clips:
        groups.setdefault(clip.group, []).append(clip)
    return groups
