# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply Take: keys from a take file."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty

from ...model_backend.errors import JobError
from ...model_backend.take import load_take
from .. import messages, sequencer
from ..takes import key_take
from .generate import head_problem, tell


class AVI_TALKING_OT_apply_take(bpy.types.Operator):
    """Key a take file on the head; what was animated before stays in the file"""

    bl_idname = "avi_talking.apply_take"
    bl_label = "Apply Take"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="Take", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: StringProperty(default="*.npz", options={"HIDDEN"})
    start_frame: IntProperty(
        name="Start Frame", description="Frame of the timeline at which the take begins", default=1
    )
    set_frame_range: BoolProperty(
        name="Set Frame Range", description="Let the scene play from the first to the last key", default=False
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        problem = head_problem(context)
        if problem:
            cls.poll_message_set(problem)
        return not problem

    def invoke(self, context: bpy.types.Context, _event: Any) -> set[str]:
        self.start_frame = _first_frame(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            path = Path(sequencer.absolute_path(self.filepath, None))
            take = load_take(path)
            head = context.scene.avi_talking.head
            keyed = key_take(context.scene, head, take, self.start_frame, f"AVI {path.stem}", self.set_frame_range)
        except JobError as error:
            messages.say("ERROR", str(error))
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, tell(self, keyed))
        return {"FINISHED"}


def _first_frame(context: bpy.types.Context) -> int:
    """Where the chosen strip begins to be heard, or the current frame."""
    scene = sequencer.sequencer_scene(context)
    try:
        return sequencer.strip_times(scene, sequencer.chosen_strip(scene)).first
    except JobError:
        return context.scene.frame_current


CLASSES = (AVI_TALKING_OT_apply_take,)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
