# SPDX-License-Identifier: GPL-3.0-or-later
"""From clips to scores: the real pipeline, the real keying, Blender's own evaluation."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

from model_backend.pipeline import AnimateRequest, Clip, animate

from .clips import ALSA_GROUP, MeasuredClip
from .lips import Scores, score, total
from .mouth import MouthCurves, MouthGauge
from .report import Key

START_FRAME = 1
ALL = "all voices"


class Stage:
    """An empty scene with one default head, onto which takes are keyed. `load` gives the add-on's modules by name."""

    def __init__(self, load: Callable[[str], ModuleType]) -> None:
        import bpy

        bpy.ops.wm.read_factory_settings(use_empty=True)
        self._keying = load("avi_talking_addon.keying")
        self._find_rig = load("avi_talking_addon.rig").find_rig
        self._load_take = load("model_backend.take").load_take
        self._scene = bpy.context.scene
        self._head = load("avi_talking_addon.head").build_head(bpy.context)
        self._gauge = MouthGauge(self._head)

    def play(self, clip: MeasuredClip, transcript: str | None, fps: int) -> MouthCurves:
        """Animate `clip` for a scene at `fps`, key it, and measure every frame of it."""
        import bpy

        take = animate(AnimateRequest(Clip(str(clip.path)), transcript=transcript, fps=float(fps)))
        self._scene.render.fps, self._scene.render.fps_base = fps, 1.0
        with tempfile.TemporaryDirectory() as folder:  # as it travels from the worker to Blender
            path = Path(folder) / "take.npz"
            take.save(path)
            self._keying.apply_take(
                self._find_rig(self._head), self._load_take(path), START_FRAME, scene=self._scene, check=False
            )
        curves = self._gauge.measure(self._scene, START_FRAME, take.motion.frames)
        bpy.data.batch_remove(list(bpy.data.actions))
        return curves


def measure(
    stage: Stage,
    clips: Sequence[MeasuredClip],
    rates: Sequence[int],
    told: Callable[[str], None] = lambda message: None,
) -> dict[Key, Scores]:
    """Scores by (group, condition, fps). Motion is shuffled among the clips of one run: each gets its neighbour's."""
    results: dict[Key, Scores] = {}
    for fps in rates:
        with_transcript: dict[str, MouthCurves] = {}
        recognised: dict[str, MouthCurves] = {}
        for number, clip in enumerate(clips, 1):
            told(f"{fps} fps, {number} of {len(clips)}: {clip.name}")
            with_transcript[clip.name] = stage.play(clip, clip.text, fps)
            recognised[clip.name] = stage.play(clip, None, fps)
        for group, members in _groups(clips).items():
            others = {clip.name: members[(i + 1) % len(members)].name for i, clip in enumerate(members)}
            results[group, "transcript", fps] = total(score(c, with_transcript[c.name]) for c in members)
            results[group, "recognised", fps] = total(score(c, recognised[c.name]) for c in members)
            if len(members) > 1:
                results[group, "shuffled", fps] = total(score(c, with_transcript[others[c.name]]) for c in members)
    ordered = sorted(results, key=lambda key: (key[0], list(_ORDER).index(key[1]), key[2]))
    return {key: results[key] for key in ordered}


_ORDER = ("transcript", "recognised", "shuffled")


def _groups(clips: Sequence[MeasuredClip]) -> dict[str, list[MeasuredClip]]:
    """Synthetic clips by voice and all together, and the real voices."""
    groups: dict[str, list[MeasuredClip]] = {}
    synthetic = [clip for clip in clips if clip.group != ALSA_GROUP]
    if synthetic:
        groups[ALL] = synthetic
    for clip in clips:
        groups.setdefault(clip.group, []).append(clip)
    return groups
