# SPDX-License-Identifier: GPL-3.0-or-later
"""What Listen and Generate share: they begin with a stretch of sound, which may be a file written for them alone."""

from __future__ import annotations

from typing import Any

import bpy

from ...model_backend.errors import JobError
from .. import sequencer
from ..backend.job import JobOperator, interpreter
from ..backend.runs import Run
from ..sequencer import AudioClip


def speech_problem(context: bpy.types.Context) -> str:
    """Why there is nothing to listen to, or "". Reads no file."""
    settings = context.scene.avi_talking
    if settings.source == "FILE":
        return "" if settings.sound_file else "Choose a sound file first"
    scene = sequencer.sequencer_scene(context)
    try:
        sequencer.check_heard(scene, sequencer.chosen_strip(scene))
    except JobError as problem:
        return str(problem).removesuffix(".")
    return ""


class SpeechJob(JobOperator):
    """A `JobOperator` on the chosen sound; its temporary file is deleted however the job ends."""

    clip: AudioClip | None = None

    def start(self, context: bpy.types.Context) -> Run:
        interpreter(context)  # no sound is mixed down for a backend that is not there
        try:
            return super().start(context)
        except JobError:
            self._discard()
            raise

    def take_clip(self, context: bpy.types.Context) -> AudioClip:
        """The chosen sound. Raises `JobError`."""
        settings = context.scene.avi_talking
        if settings.source == "FILE":
            self.clip = sequencer.clip_from_file(context.scene, settings.sound_file, settings.sound_frame)
        else:
            self.clip = sequencer.clip_from_strip(sequencer.sequencer_scene(context))
        return self.clip

    def _end(self, context: bpy.types.Context) -> None:
        super()._end(context)
        self._discard()

    def _discard(self) -> None:
        clip, self.clip = self.clip, None
        if clip is not None:
            clip.discard()


def find_again(collection: Any, session_uid: int) -> Any:
    """The data-block with this id, or None: while a job ran it may have been renamed, deleted, or undone."""
    return next((data for data in collection if data.session_uid == session_uid), None)
