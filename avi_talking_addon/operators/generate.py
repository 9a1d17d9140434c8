# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate: the chosen speech becomes keys on the chosen head."""

# No postponed annotations: Blender reads those of operators as properties.

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty

from ...model_backend.errors import JobError
from ...model_backend.protocol import AnimateParams
from ...model_backend.take import load_take
from .. import messages, sequencer
from ..rig import Kind, find_rig
from ..takes import Keyed, key_take, new_take_path
from .speech import SpeechJob, find_again, speech_problem


def head_problem(context: bpy.types.Context) -> str:
    """Why there is no head to key, or ""."""
    head = context.scene.avi_talking.head
    if head is None:
        return "Choose a head, or add one with Add Head"
    if head.name not in context.scene.objects:
        return f"The head {head.name!r} is not in this scene: choose another, or add one with Add Head"
    return ""


class AVI_TALKING_OT_generate(SpeechJob, bpy.types.Operator):
    """Animate the head from the speech; what was animated before stays in the file"""

    bl_idname = "avi_talking.generate"
    bl_label = "Generate"

    set_frame_range: BoolProperty(
        name="Set Frame Range", description="Let the scene play from the first to the last key", default=False
    )
    add_strip: BoolProperty(
        name="Add Strip", description="Put the sound file into the sequencer as well", default=False
    )

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return speech_problem(context) or head_problem(context)

    def prepare(self, context: bpy.types.Context) -> tuple[str, dict[str, Any]]:
        settings = context.scene.avi_talking
        head = settings.head
        model = _head_model(head, settings.head_model)
        clip = self.take_clip(context)
        self._scene, self._head, self._head_name = context.scene.session_uid, head.session_uid, head.name
        self._from_file = settings.source == "FILE"
        output = new_take_path()
        return "animate", AnimateParams(
            path=clip.path,
            output=str(output),
            start=clip.start,
            duration=clip.duration,
            transcript=settings.transcript.strip() or None,
            instructions=_instructions(settings.instruction),
            intensity=settings.intensity,
            seed=settings.seed,
            fps=clip.fps,
            head_model=model,
        ).to_json()

    def finish(self, context: bpy.types.Context, result: Any) -> str:
        path, clip = Path(result["take"]), self.clip
        assert clip is not None
        scene = find_again(bpy.data.scenes, self._scene)
        head = None if scene is None else find_again(scene.objects, self._head)
        if head is None:
            what = "The scene was removed" if scene is None else f"The head {self._head_name!r} was deleted"
            raise JobError(f"{what} while its take was made: choose a head and use Apply Take with {path}.")
        keyed = key_take(scene, head, load_take(path), clip.frame, f"AVI {clip.name}", self.set_frame_range)
        warnings = _add_strip(scene, clip) if self._from_file and self.add_strip else []
        if abs(sequencer.frame_rate(scene) - clip.fps) > 1e-3:
            warnings.append(
                f"The sequencer's scene runs at {clip.fps:g} frames per second and the head's at "
                f"{sequencer.frame_rate(scene):g}: set both to the same rate and generate again."
            )
        return tell(self, Keyed(keyed.summary, (*keyed.notes, *warnings), keyed.grave or bool(warnings)))


def tell(operator: bpy.types.Operator, keyed: Keyed) -> str:
    """Report the notes and show everything in the panel; returns the summary."""
    level = "WARNING" if keyed.grave else "INFO"
    for note in keyed.notes:
        operator.report({level}, note)
    messages.say(level, " ".join((keyed.summary, *keyed.notes)))
    return keyed.summary


def _head_model(head: bpy.types.Object, chosen: str) -> str | None:
    """The head model that the coefficients are made for; None is the default one. Raises `JobError`."""
    rig = find_rig(head)
    if rig.kind is not Kind.FLAME or rig.is_ours:
        return None
    if not chosen.strip():
        raise JobError(
            f"{rig.name!r} is a FLAME head that AVI Talking has not made: choose the FLAME model file that it was made "
            "from, below the head."
        )
    path = sequencer.absolute_path(chosen, None)
    if not Path(path).is_file():
        raise JobError(f"There is no FLAME model file at {path}: choose another below the head.")
    return path


def _instructions(text: str) -> tuple[dict[str, Any], ...]:
    """The words of the panel's field, for the whole clip."""
    return ({"start": 0.0, "end": None, "text": text.strip(), "intensity": 1.0},) if text.strip() else ()


def _add_strip(scene: bpy.types.Scene, clip: sequencer.AudioClip) -> list[str]:
    try:
        sequencer.add_sound_strip(scene, clip)
    except (JobError, RuntimeError) as error:
        return [f"The sound could not be put into the sequencer ({str(error).strip()})."]
    return []


CLASSES = (AVI_TALKING_OT_generate,)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
