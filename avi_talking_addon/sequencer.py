# SPDX-License-Identifier: GPL-3.0-or-later
"""The speech strip: which one is chosen, which part of its file is heard, and when.

Strips answer to older names before Blender 5.1 (`frame_final_start`) and the editor's before 4.4
(`sequences`); from 5.0 on the sequencer may edit another scene than the window shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

from ..model_backend.errors import JobError
from . import action_slots, sound

SHORTEST = 0.2
"""Seconds; nothing shorter can be recognised as speech."""

_FILM_AND_SOUND = ("SOUND", "MOVIE")


@dataclass(frozen=True)
class AudioClip:
    """A stretch of a sound file and where it lies on the timeline."""

    path: str
    start: float
    """Seconds into the file."""
    duration: float | None
    """Seconds heard; None is to the end of the file."""
    frame: int
    """Frame of the timeline that the stretch begins at."""
    fps: float
    """Frames per second of that timeline."""
    name: str
    """What the artist calls it: the strip, or the file."""
    temporary: bool = False
    """Whether the file was written for this clip alone."""

    def discard(self) -> None:
        """Delete the file if it was written for this clip."""
        if self.temporary:
            Path(self.path).unlink(missing_ok=True)


@dataclass(frozen=True)
class StripTimes:
    """Where a strip is heard: frames `first` up to `end`, beginning `start` seconds into its sound."""

    first: int
    end: int
    start: float
    fps: float

    @property
    def duration(self) -> float:
        return (self.end - self.first) / self.fps


def frame_rate(scene: bpy.types.Scene) -> float:
    """Frames per second, 29.97 and its like included."""
    return scene.render.fps / scene.render.fps_base


def sequencer_scene(context: bpy.types.Context) -> bpy.types.Scene:
    """The scene whose strips the sequencer shows."""
    workspace = getattr(context, "workspace", None)
    return getattr(workspace, "sequencer_scene", None) or context.scene


def chosen_strip(scene: bpy.types.Scene) -> Any:
    """The sound strip that is to be spoken: the selected one, or the sound beside a selected film.

    A film that has no sound strip stands for itself. Cheap enough for a panel. Raises `JobError` where there is none.
    """
    editor = scene.sequence_editor
    shown = [] if editor is None else _shown_strips(editor)
    selected = [strip for strip in shown if strip.select]
    sounding = [strip for strip in selected if strip.type in _FILM_AND_SOUND]
    active = editor.active_strip if editor is not None else None
    if active is not None and (active in selected or not sounding):
        if active.type in _FILM_AND_SOUND:
            return _spoken(active, shown)
        if not sounding:
            raise JobError(_refusal(active))
    sounds = {_spoken(strip, shown).name: _spoken(strip, shown) for strip in sounding}
    if len(sounds) == 1:
        return next(iter(sounds.values()))
    if sounds:
        raise JobError(f"{len(sounds)} sound strips are selected: click the one that is to be spoken.")
    if selected:
        raise JobError(_refusal(selected[0]))
    raise JobError(
        "No sound strip is selected: click one in the Video Sequencer (Add > Sound puts a recording there), or use a "
        "sound file."
    )


def check_heard(scene: bpy.types.Scene, strip: Any) -> StripTimes:
    """When `strip` is heard. Raises `JobError` for one that is silent, empty or too short. Reads no file."""
    _check_audible(scene, strip)
    times = strip_times(scene, strip)
    if times.duration < SHORTEST:
        raise JobError(
            f"The strip {strip.name!r} lasts {max(times.duration, 0.0):.2f} s, too short for speech: select one of at "
            f"least {SHORTEST} s."
        )
    return times


def strip_times(scene: bpy.types.Scene, strip: Any) -> StripTimes:
    """Where `strip` is heard, with meta strips' trimming; the start in its sound is right for strips not retimed.

    `sound_offset` is positive where the sound comes later than the strip's content begins.
    """
    fps = frame_rate(scene)
    first, end, content = _handles(strip)
    parent = strip.parent_meta()
    while parent is not None:
        outer_first, outer_end, _ = _handles(parent)
        first, end = max(first, outer_first), min(end, outer_end)
        parent = parent.parent_meta()
    start = (first - content) / fps - getattr(strip, "sound_offset", 0.0)
    if start < 0.0:  # the strip begins before its sound does
        wait = math.ceil(-start * fps - 1e-6)
        first, start = first + wait, max(start + wait / fps, 0.0)
    return StripTimes(first, end, start, fps)


def clip_from_strip(scene: bpy.types.Scene) -> AudioClip:
    """The chosen strip as a stretch of a file, written to a temporary one where none plays it straight.

    Raises `JobError`: no strip, a silent one, or a file that is missing or no sound.
    """
    strip = chosen_strip(scene)
    _check_audible(scene, strip)
    if strip.type == "MOVIE":
        path = _existing(strip.filepath, scene.library, strip)
        return _clip(path, strip, check_heard(scene, strip))
    data = strip.sound
    path = None if data.packed_file is not None else _existing(data.filepath, data.library, strip)
    if data.samplerate == 0 and bpy.app.build_options.audaspace:
        raise JobError(
            f"The file of the strip {strip.name!r} is not a sound that Blender can read: replace it by a recording "
            "(wav, mp3, flac, ogg)."
        )
    times = check_heard(scene, strip)
    if not _plays_straight(scene, strip):
        first, end = _mixed_range(strip)
        mixed = StripTimes(first, end, 0.0, times.fps)
        return _clip(str(sound.mix_down(scene, strip, first, end)), strip, mixed, temporary=True)
    if path is None:
        return _clip(str(sound.unpack(data)), strip, times, temporary=True)
    return _clip(path, strip, times)


def clip_from_file(scene: bpy.types.Scene, filepath: str, frame: int) -> AudioClip:
    """A whole sound file that begins at `frame`. Raises `JobError` where there is no such file."""
    if not filepath.strip():
        raise JobError("No sound file is chosen: click the folder beside Sound File, or use a strip of the sequencer.")
    path = absolute_path(filepath, None)
    if not Path(path).is_file():
        raise JobError(f"There is no sound file at {path}: choose another.")
    return AudioClip(path, 0.0, None, frame, frame_rate(scene), Path(path).name)


def absolute_path(filepath: str, library: bpy.types.Library | None) -> str:
    """Blender's path for the operating system. Raises `JobError` for one relative to a file never saved."""
    if filepath.startswith("//") and library is None and not bpy.data.is_saved:
        raise JobError(
            f"The path {filepath} is relative to this .blend file, which was never saved: save it first, or choose the "
            "file again."
        )
    return bpy.path.abspath(filepath, library=library)


def add_sound_strip(scene: bpy.types.Scene, clip: AudioClip) -> Any:
    """Put the clip's whole file into the sequencer at its frame, on the lowest free channel."""
    sound.require_audio()
    editor = scene.sequence_editor or scene.sequence_editor_create()
    strips = _top_strips(editor)
    used = {strip.channel for strip in strips}
    channel = next(n for n in range(1, len(used) + 2) if n not in used)
    return strips.new_sound(Path(clip.path).stem, clip.path, channel, clip.frame)


def _check_audible(scene: bpy.types.Scene, strip: Any) -> None:
    silent = _muted(scene, strip)
    if silent is not None:
        where = "is muted" if silent == strip else f"lies in the muted meta strip {silent.name!r}"
        raise JobError(f"The strip {strip.name!r} {where}, so nothing is heard: unmute it (Alt H) or select another.")
    if strip.type == "MOVIE":
        if _is_retimed(strip):
            raise JobError(
                f"The film {strip.name!r} is retimed and has no sound strip: add its sound (Add > Sound, the same "
                "file) and select that."
            )
    elif strip.sound is None:
        raise JobError(f"The strip {strip.name!r} has lost its sound: add the recording again (Add > Sound).")
    elif strip.volume == 0.0 and not _animated(scene, strip, "volume"):
        raise JobError(f"The volume of the strip {strip.name!r} is 0, so nothing is heard: turn it up in the sidebar.")


def _muted(scene: bpy.types.Scene, strip: Any) -> Any:
    """The strip, or the meta strip around it, that is muted by itself or by its channel; None where none is."""
    level = strip
    while level is not None:
        parent = level.parent_meta()
        channels = scene.sequence_editor.channels if parent is None else parent.channels
        if (level.mute and not _animated(scene, level, "mute")) or channels[level.channel].mute:
            return level
        level = parent
    return None


def _clip(path: str, strip: Any, times: StripTimes, temporary: bool = False) -> AudioClip:
    return AudioClip(path, times.start, times.duration, times.first, times.fps, strip.name, temporary)


def _top_strips(editor: Any) -> Any:
    return editor.strips if hasattr(editor, "strips") else editor.sequences


def _shown_strips(editor: Any) -> list[Any]:
    """The strips of the level that is shown: a meta strip may be open."""
    if len(editor.meta_stack):
        return list(_top_strips(editor.meta_stack[-1]))
    return list(_top_strips(editor))


def _handles(strip: Any) -> tuple[int, int, float]:
    """First frame, the frame after the last, and the frame at which the untrimmed content begins."""
    if hasattr(strip, "left_handle"):
        return strip.left_handle, strip.right_handle, strip.content_start
    return strip.frame_final_start, strip.frame_final_end, strip.frame_start


def _mixed_range(strip: Any) -> tuple[int, int]:
    """Frames to mix down: all that the strip covers and a meta strip around it shows."""
    first, end, _ = _handles(strip)
    parent = strip.parent_meta()
    while parent is not None:
        outer_first, outer_end, _ = _handles(parent)
        first, end = max(first, outer_first), min(end, outer_end)
        parent = parent.parent_meta()
    return first, end


def _is_retimed(strip: Any) -> bool:
    return len(getattr(strip, "retiming_keys", ())) > 0


def _plays_straight(scene: bpy.types.Scene, strip: Any) -> bool:
    """Whether a sound strip plays its file at constant speed and volume.

    Blender 4.2 and 4.3 do not tell whether a sound is retimed, none tells it of meta strips: there, the answer is no.
    """
    if strip.parent_meta() is not None or not hasattr(strip, "retiming_keys") or _is_retimed(strip):
        return False
    return not any(_animated(scene, strip, name) for name in ("volume", "mute"))


def _animated(scene: bpy.types.Scene, strip: Any, name: str) -> bool:
    """Whether keys or a driver move a property of the strip."""
    animation = scene.animation_data
    if animation is None:
        return False
    end = f'_all["{bpy.utils.escape_identifier(strip.name)}"].{name}'
    curves = list(animation.drivers)
    if animation.action is not None:
        curves += action_slots.all_curves(animation.action)
    return any(curve.data_path.endswith(end) for curve in curves)


def _spoken(strip: Any, shown: list[Any]) -> Any:
    """The strip itself, or for a film the sound strip beside it."""
    if strip.type == "SOUND":
        return strip
    connected = [other for other in getattr(strip, "connections", ()) if other.type == "SOUND"]
    if connected:
        return connected[0]
    path = bpy.path.abspath(strip.filepath)
    first, end, _ = _handles(strip)
    for other in shown:
        if other.type == "SOUND" and other.sound is not None and bpy.path.abspath(other.sound.filepath) == path:
            other_first, other_end, _ = _handles(other)
            if other_first < end and first < other_end:
                return other
    return strip


def _refusal(strip: Any) -> str:
    if strip.type == "META":
        return f"{strip.name!r} is a meta strip: open it (Tab) and select the sound strip that is to be spoken."
    if strip.type == "SCENE":
        return f"{strip.name!r} is a scene strip: go to that scene's sequencer and select the sound strip there."
    return f"The selected strip {strip.name!r} has no sound: select a sound strip."


def _existing(filepath: str, library: bpy.types.Library | None, strip: Any) -> str:
    path = absolute_path(filepath, library)
    if not Path(path).is_file():
        raise JobError(
            f"The file of the strip {strip.name!r} is missing ({path}): find it with File > External Data > Find "
            "Missing Files, or select another strip."
        )
    return path
