# SPDX-License-Identifier: GPL-3.0-or-later
"""One panel in two editors, in the order of the work: what is said, who says it, how, Generate, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ...model_backend.errors import JobError
from .. import sequencer
from ..backend import job
from ..properties import AVI_TALKING_PG_scene
from ..rig import HEAD_PROPERTY
from . import backend_status
from .text import paragraph


class _Panel:
    bl_label = "AVI Talking"
    bl_region_type = "UI"
    bl_category = "AVI Talking"

    if TYPE_CHECKING:
        layout: Any

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = context.scene.avi_talking
        backend_status.draw_missing_backend(layout, context)
        _draw_speech(layout, context, settings)
        layout.separator()
        _draw_head(layout, settings)
        _draw_head_model(layout, settings)
        _draw_performance(layout, settings)
        layout.separator()
        _draw_action(layout, context)
        backend_status.draw_message(layout, context)


class AVI_TALKING_PT_viewport(_Panel, bpy.types.Panel):
    bl_space_type = "VIEW_3D"


class AVI_TALKING_PT_sequencer(_Panel, bpy.types.Panel):
    bl_space_type = "SEQUENCE_EDITOR"


CLASSES = (AVI_TALKING_PT_viewport, AVI_TALKING_PT_sequencer)


def _draw_speech(layout: Any, context: bpy.types.Context, settings: AVI_TALKING_PG_scene) -> None:
    layout.row().prop(settings, "source", expand=True)
    if settings.source == "STRIP":
        _draw_strip(layout, context)
    else:
        layout.prop(settings, "sound_file", text="")
        layout.prop(settings, "sound_frame")
    column = layout.column(align=True)
    _draw_text(column, settings, "transcript", "What is said (optional)")
    column.operator("avi_talking.analyze", icon="SPEAKER")
    if settings.heard:
        paragraph(layout, context, f"Heard in {settings.heard_clip}: {settings.heard}")
        if settings.transcript != settings.heard:
            layout.operator("avi_talking.use_heard", icon="IMPORT")


def _draw_text(column: Any, settings: AVI_TALKING_PG_scene, name: str, hint: str) -> None:
    if hasattr(column, "textbox"):  # Blender 5.2
        column.textbox(settings, name, initial_visible_lines=2, placeholder=hint)
    else:
        column.prop(settings, name, text="", placeholder=hint)


def _draw_strip(layout: Any, context: bpy.types.Context) -> None:
    scene = sequencer.sequencer_scene(context)
    try:
        strip = sequencer.chosen_strip(scene)
        times = sequencer.check_heard(scene, strip)
    except JobError as problem:
        paragraph(layout, context, str(problem), icon="INFO")
        return
    layout.label(text=f"{strip.name}, {times.duration:.1f} s", icon="SOUND", translate=False)


def _draw_head(layout: Any, settings: AVI_TALKING_PG_scene) -> None:
    row = layout.row(align=True)
    row.prop(settings, "head", text="", icon="USER")
    row.operator("avi_talking.add_head", text="" if settings.head else "Add Head", icon="ADD")


def _draw_performance(layout: Any, settings: AVI_TALKING_PG_scene) -> None:
    column = layout.column(align=True)
    _draw_text(column, settings, "instruction", "How the face performs it (optional)")
    column.prop(settings, "intensity", slider=True)
    column.prop(settings, "seed")


def _draw_head_model(layout: Any, settings: AVI_TALKING_PG_scene) -> None:
    """A FLAME head that comes from elsewhere needs the model it was made from."""
    head = settings.head
    keys = None if head is None or HEAD_PROPERTY in head else head.data.shape_keys
    if keys is not None and any(block.name.startswith("Exp") for block in keys.key_blocks):
        layout.prop(settings, "head_model", text="")


def _draw_action(layout: Any, context: bpy.types.Context) -> None:
    if job.state.running:
        backend_status.draw_progress(layout)
        return
    column = layout.column()
    column.scale_y = 1.6
    column.operator("avi_talking.generate", icon="PLAY")
    layout.operator("avi_talking.apply_take", icon="FILE_FOLDER")
