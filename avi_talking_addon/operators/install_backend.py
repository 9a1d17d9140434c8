# SPDX-License-Identifier: GPL-3.0-or-later
"""Install Backend, and Check."""

from __future__ import annotations

from typing import Any

import bpy

from .. import messages
from ..backend.installation import Installation
from ..backend.job import JobOperator, user_folder
from ..backend.runs import Run
from ..packages import ROOT_FOLDER


class AVI_TALKING_OT_install_backend(JobOperator, bpy.types.Operator):
    """Download what animates the face, PyTorch above all, into a folder of its own"""

    bl_idname = "avi_talking.install_backend"
    bl_label = "Install Backend"
    bl_options: set[str] = set()  # nothing in the file changes

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        if bpy.app.online_access:
            return ""
        return (
            "Blender may not go online: switch on Allow Online Access in Preferences > System, or choose a Python that "
            "has the packages in the add-on's preferences"
        )

    def start(self, context: bpy.types.Context) -> Run:
        folder = user_folder()
        return Installation(
            folder, ROOT_FOLDER / "requirements", folder / "logs" / "install.log", bpy.app.online_access
        )

    def finish(self, context: bpy.types.Context, result: Any) -> str:
        said = f"The backend is installed (Python {result.version})."
        messages.say("INFO", said)
        return said


class AVI_TALKING_OT_check_backend(JobOperator, bpy.types.Operator):
    """Start the backend and show its versions and the device it computes on"""

    bl_idname = "avi_talking.check_backend"
    bl_label = "Check"
    bl_options: set[str] = set()

    def prepare(self, context: bpy.types.Context) -> tuple[str, dict[str, Any]]:
        return "initialize", {"probe": True}

    def finish(self, context: bpy.types.Context, result: Any) -> str:
        packages = ", ".join(f"{name} {version}" for name, version in result["packages"].items())
        said = f"Python {result['python']} on {result['device']}: {packages}."
        messages.say("INFO", said)
        return said


CLASSES = (AVI_TALKING_OT_install_backend, AVI_TALKING_OT_check_backend)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
