# SPDX-License-Identifier: GPL-3.0-or-later
"""Add Head."""

from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ...model_backend.errors import JobError
from .. import messages
from ..head import build_head


class AVI_TALKING_OT_add_head(bpy.types.Operator):
    """Add a rigged head at the 3D cursor, ready to speak"""

    bl_idname = "avi_talking.add_head"
    bl_label = "Add Head"
    bl_options = {"REGISTER", "UNDO"}

    channels: EnumProperty(
        name="Channels",
        description="What the head is animated by",
        items=[
            ("FLAME", "FLAME", "FLAME's expression coefficients as shape keys, its joints as bones"),
            ("ARKIT", "ARKit", "The 52 ARKit shapes and 16 tongue shapes as shape keys, for engines and other tools"),
        ],
        default="FLAME",
    )
    name: StringProperty(name="Name", default="AVI Head")

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            head = build_head(context, channels=self.channels, name=self.name or "AVI Head")
        except JobError as error:
            messages.say("ERROR", str(error))
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        context.scene.avi_talking.head = head
        messages.clear()
        self.report({"INFO"}, f"Added {head.name!r}.")
        return {"FINISHED"}


def _draw_in_menu(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.operator(AVI_TALKING_OT_add_head.bl_idname, text="Talking Head", icon="USER")


CLASSES = (AVI_TALKING_OT_add_head,)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.VIEW3D_MT_mesh_add.append(_draw_in_menu)


def unregister() -> None:
    bpy.types.VIEW3D_MT_mesh_add.remove(_draw_in_menu)
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
