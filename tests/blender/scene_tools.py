# SPDX-License-Identifier: GPL-3.0-or-later
"""What several tests in Blender need: takes, evaluated meshes, a count of everything in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from tests.blender.addon_fixture import load

take_module = load("model_backend.take")
JobError = load("model_backend.errors").JobError
head_module = load("avi_talking_addon.head")
action_slots = load("avi_talking_addon.action_slots")


def default_model() -> Any:
    return load("model_backend.head_model").load_head_model(None)


def make_take(frames: int = 31, fps: float = 30.0, seed: int = 0) -> Any:
    """A take in which every control and the neck move."""
    model = default_model()
    random = np.random.default_rng(seed)
    time = np.arange(frames)[:, None] / fps
    waves = np.sin(2 * np.pi * random.uniform(0.5, 2.0, 68) * time + random.uniform(0, 6, 68))
    controls = (0.3 + 0.25 * waves).astype(np.float32)
    neck = 0.3 * np.sin(np.array([2.0, 3.0, 1.0]) * time + 1)
    motion = model.control_map.motion(controls, fps, neck=neck)
    return take_module.Take(
        motion=motion,
        controls=model.control_map.controls(motion),
        landmarks=model.landmarks(motion),
        instructions=({"start": 0.0, "end": 1.0, "text": 'She says "hé" angrily.', "intensity": 1.0},),
        provenance={"seed": seed, "sound": "0123"},
    )


def silent_take(frames: int = 10) -> Any:
    """A take in which nothing moves."""
    model = default_model()
    motion = model.control_map.motion(np.zeros((frames, 68), np.float32), 30.0)
    return take_module.Take(motion, model.control_map.controls(motion), model.landmarks(motion))


def evaluated(obj: bpy.types.Object, frame: float | None = None) -> np.ndarray:
    """The mesh as it is seen, local coordinates (N, 3)."""
    if frame is not None:
        whole = int(np.floor(frame))
        bpy.context.scene.frame_set(whole, subframe=frame - whole)
    depsgraph = bpy.context.evaluated_depsgraph_get()
    mesh = obj.evaluated_get(depsgraph).data
    points = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def in_blender(points: np.ndarray) -> np.ndarray:
    """Model coordinates as Blender's."""
    return points @ head_module.AXES.T


def furthest(a: np.ndarray, b: np.ndarray) -> float:
    """Largest distance between corresponding points."""
    return float(np.linalg.norm(a - b, axis=-1).max())


def census() -> dict[str, int]:
    """How many data-blocks of each kind the file has."""
    kinds = [p.identifier for p in bpy.types.BlendData.bl_rna.properties if p.type == "COLLECTION"]
    return {kind: len(getattr(bpy.data, kind)) for kind in kinds}


def character(names: Sequence[str], name: str = "Stranger") -> bpy.types.Object:
    """A small mesh with a shape key for each of `names`, each of which lifts another vertex by 10 mm."""
    count = max(4, len(names))
    points = [(0.1 * np.cos(i), 0.1 * np.sin(i), 0.02 * i) for i in range(count)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], [(0, 1, 2, 3)])
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    if names:
        obj.shape_key_add(name="Basis")
    for i, shape in enumerate(names):
        block = obj.shape_key_add(name=shape, from_mix=False)
        block.value = 0.0
        block.points[i].co.z += 0.01
    return obj


def curves_of(data: Any) -> Any:
    """The F-curves that animate a data-block."""
    return action_slots.assigned_curves(data.animation_data).fcurves


def snapshot(action: bpy.types.Action) -> list[Any]:
    """Everything about an Action's curves that a change would show in."""
    return [
        (
            curve.data_path,
            curve.array_index,
            curve.mute,
            curve.extrapolation,
            [m.type for m in curve.modifiers],
            [
                (tuple(p.co), p.interpolation, tuple(p.handle_left), tuple(p.handle_right))
                for p in curve.keyframe_points
            ],
        )
        for curve in action_slots.all_curves(action)
    ]


def add_curve(data: Any, path: str, values: dict[float, float], index: int = 0, name: str = "Mine") -> Any:
    """An artist's curve on `data`, in its active Action or a new one."""
    animation = data.animation_data or data.animation_data_create()
    curves = action_slots.assigned_curves(animation)
    if curves is None:
        action = bpy.data.actions.new(name)
        slot, curves = action_slots.add_slot(action, "KEY" if isinstance(data, bpy.types.Key) else "OBJECT", name)
        action_slots.assign(animation, action, slot)
    curve = curves.fcurves.new(path, index=index)
    for frame, value in values.items():
        curve.keyframe_points.insert(frame, value)
    return curve


def reload(folder: Path) -> None:
    """Save the file and open it again."""
    path = str(folder / "test.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
