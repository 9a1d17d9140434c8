# SPDX-License-Identifier: GPL-3.0-or-later
"""Listen, and Use as Transcript."""

from __future__ import annotations

import json
from typing import Any

import bpy

from ...model_backend.errors import JobError
from ...model_backend.protocol import AnalyzeParams
from .. import messages
from .speech import SpeechJob, find_again, speech_problem


class AVI_TALKING_OT_analyze(SpeechJob, bpy.types.Operator):
    """Listen to the speech and show which words were understood"""

    bl_idname = "avi_talking.analyze"
    bl_label = "Listen"

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return speech_problem(context)

    def prepare(self, context: bpy.types.Context) -> tuple[str, dict[str, Any]]:
        clip = self.take_clip(context)
        self._scene = context.scene.session_uid
        transcript = context.scene.avi_talking.transcript.strip()
        return "analyze", AnalyzeParams(clip.path, clip.start, clip.duration, transcript or None).to_json()

    def finish(self, context: bpy.types.Context, result: Any) -> str:
        scene = find_again(bpy.data.scenes, self._scene)
        if scene is None:
            raise JobError("The scene was removed while its speech was listened to: press Listen in another scene.")
        words = [str(word["text"]) for word in result["words"]]
        assert self.clip is not None
        settings = scene.avi_talking
        settings.heard, settings.heard_clip = " ".join(words), self.clip.name
        settings.heard_track = json.dumps({"words": result["words"], "phones": result["phones"]})
        said = (
            f"Heard {len(words)} words in {self.clip.name}."
            if words
            else f"No words were recognised in {self.clip.name}: type what is said, if somebody speaks."
        )
        messages.say("INFO" if words else "WARNING", said)
        return said


class AVI_TALKING_OT_use_heard(bpy.types.Operator):
    """Put the words that were heard into the transcript, to correct them there"""

    bl_idname = "avi_talking.use_heard"
    bl_label = "Use as Transcript"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not context.scene.avi_talking.heard:
            cls.poll_message_set("Press Listen first")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.avi_talking
        settings.transcript = settings.heard
        return {"FINISHED"}


CLASSES = (AVI_TALKING_OT_analyze, AVI_TALKING_OT_use_heard)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
