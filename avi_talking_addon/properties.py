# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist sets, saved with the scene: `scene.avi_talking`."""

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

# Paths that start with // are resolved by the code that reads them; Blender 4.5 and later ask for that to be said.
_RELATIVE_PATHS = (
    {"PATH_SUPPORTS_BLEND_RELATIVE"}
    if "is_path_supports_blend_relative" in bpy.types.Property.bl_rna.properties
    else set()
)


def _is_mesh(_settings: bpy.types.PropertyGroup, obj: bpy.types.Object) -> bool:
    return obj.type == "MESH"


class AVI_TALKING_PG_scene(bpy.types.PropertyGroup):
    """Settings of one scene."""

    source: EnumProperty(
        name="Source",
        description="Where the speech comes from",
        items=[
            ("STRIP", "Strip", "The sound strip that is selected in the Video Sequencer"),
            ("FILE", "File", "A sound file on the disk"),
        ],
        default="STRIP",
    )
    sound_file: StringProperty(
        name="Sound File",
        description="A recording or a film, in any format that Blender plays",
        subtype="FILE_PATH",
        options=_RELATIVE_PATHS,
    )
    sound_frame: IntProperty(
        name="Start Frame", description="Frame of the timeline at which the sound file begins", default=1
    )
    transcript: StringProperty(
        name="Transcript",
        description="What is said, word for word (optional). With it the lips follow the words exactly",
    )
    instruction: StringProperty(
        name="Instruction",
        description=(
            "How the face performs, in words: feelings, face parts, sides, degrees. "
            "“Furious but smiling”, “only the left brow slightly raised”, “from calm to sad”"
        ),
    )
    head: PointerProperty(name="Head", description="The face that is to speak", type=bpy.types.Object, poll=_is_mesh)
    head_model: StringProperty(
        name="FLAME Model",
        description="The FLAME model file (2020, 2023 or 2023 Open) that this head was made from",
        subtype="FILE_PATH",
        options=_RELATIVE_PATHS,
    )
    intensity: FloatProperty(
        name="Intensity",
        description="How strongly the face performs; the lips always close where they must",
        default=1.0,
        min=0.0,
        max=2.0,
        soft_max=1.5,
    )
    seed: IntProperty(
        name="Seed", description="Another number gives another take: other blinks, glances and nods", default=0, min=0
    )
    heard: StringProperty(name="Heard", description="The words of the last Listen, as the recogniser understood them")
    heard_clip: StringProperty(name="Heard Clip", description="The strip or file of the last Listen")
    heard_track: StringProperty(
        name="Heard Track", description="Words and phones with their times, as JSON", options={"HIDDEN"}
    )


CLASSES = (AVI_TALKING_PG_scene,)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.avi_talking = PointerProperty(type=AVI_TALKING_PG_scene)


def unregister() -> None:
    del bpy.types.Scene.avi_talking
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
