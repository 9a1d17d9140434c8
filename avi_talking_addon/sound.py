# SPDX-License-Identifier: GPL-3.0-or-later
"""A strip's sound as a file, for the strips that no file on the disk stands for.

A strip that plays a file straight is handed on as that file. A packed sound is unpacked to a temporary file;
one that is retimed or has an animated volume is mixed down by Blender itself, with everything else silent, so
that what is heard is what is spoken. Blender does not tell Python how retiming keys map time, so only its own
mixer knows.
"""

from __future__ import annotations

import os
import tempfile
import wave
from pathlib import Path
from typing import Any

import bpy

from ..model_backend.errors import JobError

MIX_RATE = 16000
"""Samples per second of mixed-down sound: what speech recognition listens to."""


def require_audio() -> None:
    """Raises `JobError` in a Blender that was built without sound."""
    if not bpy.app.build_options.audaspace:
        raise JobError(
            "This Blender was built without its audio library (aud): use Blender from blender.org, or set the source "
            "to a sound file."
        )


def temporary_file(suffix: str) -> Path:
    """An empty file in Blender's folder for temporary files, which is deleted when Blender quits."""
    try:
        handle, path = tempfile.mkstemp(prefix="avi_talking_", suffix=suffix, dir=bpy.app.tempdir or None)
    except OSError as error:
        raise JobError(
            f"Blender's temporary folder {bpy.app.tempdir} cannot be written to ({error.strerror}): make room there, "
            "or choose another folder in Preferences > File Paths > Temporary Files."
        ) from error
    os.close(handle)
    return Path(path)


def unpack(sound: bpy.types.Sound) -> Path:
    """The packed sound written to a temporary file as it is."""
    path = temporary_file(Path(sound.filepath.replace("\\", "/")).suffix or ".wav")
    try:
        path.write_bytes(sound.packed_file.data)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise JobError(f"The packed sound {sound.name!r} could not be unpacked to {path}: {error.strerror}.") from error
    return path


def mix_down(scene: bpy.types.Scene, strip: Any, first: int, end: int) -> Path:
    """What is heard of `strip` from frame `first` up to `end`, as a mono WAV file; nothing else of the scene sounds.

    The mix is made in a copy of the scene without its objects, so that the artist's scene is neither changed nor
    evaluated.
    """
    require_audio()
    path = temporary_file(".wav")
    copy = scene.copy()
    try:
        _empty(copy)
        _silence_others(copy, strip)
        copy.frame_start, copy.frame_end = first, end - 1
        copy.use_audio = True
        copy.audio_volume = 1.0
        with bpy.context.temp_override(**_context(copy)):
            bpy.ops.sound.mixdown(
                filepath=str(path),
                check_existing=False,
                relative_path=False,
                container="WAV",
                codec="PCM",
                format="S16",
                mixrate=MIX_RATE,
                channels="MONO",
            )
    except RuntimeError as error:
        path.unlink(missing_ok=True)
        raise JobError(
            f"Blender could not mix down the strip {strip.name!r} ({str(error).strip()}): render its sound to a file "
            "(Render > Render Audio) and use that."
        ) from error
    finally:
        bpy.data.scenes.remove(copy)
    _check_length(path, strip, (end - first) * scene.render.fps_base / scene.render.fps)
    return path


def _empty(scene: bpy.types.Scene) -> None:
    collection = scene.collection
    for obj in list(collection.objects):
        collection.objects.unlink(obj)
    for child in list(collection.children):
        collection.children.unlink(child)


def _silence_others(scene: bpy.types.Scene, strip: Any) -> None:
    editor = scene.sequence_editor
    heard = {strip.name}
    parent = strip.parent_meta()
    while parent is not None:
        heard.add(parent.name)
        parent = parent.parent_meta()
    for other in editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all:
        if other.name not in heard:
            other.mute = True


def _context(scene: bpy.types.Scene) -> dict[str, Any]:
    context: dict[str, Any] = {"scene": scene, "view_layer": scene.view_layers[0]}
    if "sequencer_scene" in bpy.types.WorkSpace.bl_rna.properties:
        context["sequencer_scene"] = scene
    return context


def _check_length(path: Path, strip: Any, expected: float) -> None:
    """Some builds' mixers stop after the first block without an error; half a strip is not its sound."""
    try:
        with wave.open(str(path)) as file:
            seconds = file.getnframes() / file.getframerate()
    except (wave.Error, EOFError, OSError):
        seconds = 0.0
    if seconds < expected - 0.1:
        path.unlink(missing_ok=True)
        raise JobError(
            f"Blender mixed down only {seconds:.2f} of {expected:.2f} seconds of the strip {strip.name!r}: render its "
            "sound to a file (Render > Render Audio) and use that."
        )
