# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every file: which Python runs the backend."""

import bpy
from bpy.props import StringProperty

from .packages import ROOT_PACKAGE
from .ui import backend_status


class AVI_TALKING_preferences(bpy.types.AddonPreferences):
    bl_idname = ROOT_PACKAGE

    python: StringProperty(
        name="Python",
        description=(
            "The Python, or the folder of the virtual environment, that has PyTorch and the other packages of the "
            "backend. Empty: the one that AVI_TALKING_PYTHON names, or the one that Install Backend makes"
        ),
        subtype="FILE_PATH",
    )

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.prop(self, "python", placeholder="Empty: the installed backend")
        backend_status.draw_in_preferences(layout, context)


CLASSES = (AVI_TALKING_preferences,)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
