# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a keyed face really moves: a look at the evaluated mesh, and reasons why it might stand still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from .rig import FaceMesh, FaceRig

SAMPLES = 3
"""Frames that are compared with the calmest one: the liveliest and others spread over the take."""
SEEN = 5e-5
"""Blender units (metres) that a vertex must travel to count as moved."""


@dataclass(frozen=True)
class Movement:
    """What the evaluated meshes do over a few frames, their rigid motion (a turning head) left out."""

    moved_vertices: int
    largest: float
    """Largest displacement of a vertex, in Blender units."""
    expected: float
    """Largest displacement that the keys should make by themselves, in the mesh's own units."""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class KeyedMesh:
    """The values keyed on one mesh: shape key name -> (T,)."""

    mesh: FaceMesh
    values: Mapping[str, NDArray[np.float32]]


def look(
    rig: FaceRig,
    keyed: Sequence[KeyedMesh],
    frames: NDArray[np.float32],
    scene: bpy.types.Scene,
    view_layer: bpy.types.ViewLayer,
) -> Movement:
    """Evaluate some of `frames` (T,), scene frame numbers, and compare the meshes. The current frame is kept."""
    warnings = list(obstacles(rig, keyed, view_layer))
    directions = [_directions(one) for one in keyed]
    rest, others = _samples(keyed, directions)
    moved, largest, expected, astray = 0, 0.0, 0.0, 0
    with _current_frame_kept(scene):
        before = _evaluate(keyed, frames[rest], scene, view_layer)
        seen = [np.zeros(len(points)) for points in before]
        for sample in others:
            after = _evaluate(keyed, frames[sample], scene, view_layer)
            for i, (one, (ids, deltas)) in enumerate(zip(keyed, directions, strict=True)):
                change = np.array([v[sample] - v[rest] for v in one.values.values()], np.float32)
                wanted = np.linalg.norm(np.tensordot(change, deltas, 1), axis=-1)
                expected = max(expected, float(wanted.max(initial=0.0)))
                if len(before[i]) == len(after[i]) == len(one.mesh.object.data.vertices):
                    np.maximum(seen[i], _residual(before[i], after[i], ids), out=seen[i])
            astray = max(astray, _astray(keyed, sample, view_layer.depsgraph))
    for one, travel in zip(keyed, seen, strict=True):
        travel *= one.mesh.object.matrix_world.median_scale
        moved += int((travel > SEEN).sum())
        largest = max(largest, float(travel.max(initial=0.0)))
    if astray and not warnings:
        warnings.append(
            f"{astray} shape keys do not follow their keys: look for an NLA track or another Action that holds them."
        )
    if expected > SEEN and not moved and not warnings:
        warnings.append(
            "The mesh does not move although its shape keys do: look for a modifier that hides them, "
            "or for vertex groups on the shape keys."
        )
    return Movement(moved, largest, expected, tuple(warnings))


def obstacles(rig: FaceRig, keyed: Sequence[KeyedMesh], view_layer: bpy.types.ViewLayer) -> Iterator[str]:
    """What keeps keys from being seen, a sentence each."""
    for one in keyed:
        obj, key = one.mesh.object, one.mesh.key
        blocks = [key.key_blocks[name] for name in one.values]
        muted = sum(block.mute for block in blocks)
        if muted:
            yield f"{muted} of the {len(blocks)} keyed shape keys of {obj.name!r} are muted: unmute them in its list."
        if not key.use_relative:
            yield f"The shape keys of {obj.name!r} are not relative: turn on Relative under its Shape Keys."
        if obj.show_only_shape_key:
            yield f"{obj.name!r} shows only its active shape key: turn off Solo (the pin) under its Shape Keys."
        if obj.mode == "EDIT":
            yield f"{obj.name!r} is in Edit Mode, which does not show animation: leave it with Tab."
        elif not obj.visible_get(view_layer=view_layer):
            yield f"{obj.name!r} is hidden in this view layer, so nobody sees it move: show it in the Outliner."
        if not obj.override_library and obj.data.override_library is None:
            continue
        clamped = sum(
            bool(values.min() < block.slider_min - 1e-4 or values.max() > block.slider_max + 1e-4)
            for block, values in zip(blocks, one.values.values(), strict=True)
        )
        if clamped:
            yield (
                f"{clamped} shape keys of {obj.name!r} go past their slider's range, which a library override cannot "
                "widen: widen the ranges in the library file."
            )
    for owner, data in [*((one.mesh.object.name, one.mesh.key) for one in keyed), *_armatures(rig)]:
        animation = data.animation_data
        if animation is None or not animation.use_nla or not animation.nla_tracks:
            continue
        if any(track.is_solo for track in animation.nla_tracks):
            yield f"An NLA track of {owner!r} is set to solo, so the new keys are not heard: clear its star."
        elif animation.action_influence < 1 or animation.action_blend_type != "REPLACE":
            yield (
                f"The active Action of {owner!r} does not fully replace its NLA tracks: "
                "set its Influence to 1 and its Blending to Replace in the NLA editor."
            )
    yield from _armature_obstacles(rig)


def _armatures(rig: FaceRig) -> list[tuple[str, bpy.types.Object]]:
    return [] if rig.armature is None else [(rig.armature.name, rig.armature)]


def _armature_obstacles(rig: FaceRig) -> Iterator[str]:
    armature = rig.armature
    if armature is None:
        return
    if armature.data.pose_position == "REST":
        yield f"{armature.name!r} is shown in its rest position: switch it to Pose Position under its armature data."
    head = rig.meshes[0].object
    deforming = [m for m in head.modifiers if m.type == "ARMATURE" and m.object == armature]
    if deforming and not any(m.show_viewport for m in deforming):
        yield f"The Armature modifier of {head.name!r} is off in the viewport: turn it on."
    held = [
        name
        for name in rig.bones.values()
        if any(not c.mute and c.influence > 0 for c in armature.pose.bones[name].constraints)
    ]
    if held:
        yield f"Constraints on {', '.join(held)} of {armature.name!r} may outweigh the keys: mute them if it stays put."


def _directions(one: KeyedMesh) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """(ids of the vertices that the keyed shapes move, displacement (K, len(ids), 3) of each shape at 1)."""
    key = one.mesh.key
    count = len(one.mesh.object.data.vertices)

    def points(block: bpy.types.ShapeKey) -> NDArray[np.float32]:
        co = np.empty(3 * count, np.float32)
        block.points.foreach_get("co", co)
        return co

    bases: dict[str, NDArray[np.float32]] = {}
    deltas = np.empty((len(one.values), count, 3), np.float32)
    for row, name in enumerate(one.values):
        block = key.key_blocks[name]
        base = block.relative_key
        if base.name not in bases:
            bases[base.name] = points(base)
        deltas[row] = (points(block) - bases[base.name]).reshape(-1, 3)
    ids = np.flatnonzero(np.abs(deltas).max(axis=(0, 2), initial=0.0) > SEEN)
    return ids, deltas[:, ids]


def _samples(keyed: Sequence[KeyedMesh], directions: Sequence[Any]) -> tuple[int, list[int]]:
    """The calmest frame and those to compare with it."""
    activity = np.zeros(1, np.float32)
    for one, (_, deltas) in zip(keyed, directions, strict=True):
        reach = np.abs(deltas).max(axis=(1, 2), initial=0.0)
        for size, values in zip(reach, one.values.values(), strict=True):
            activity = activity + size * np.abs(values)
    count = len(activity)
    spread = [round(i * (count - 1) / (SAMPLES - 1)) for i in range(1, SAMPLES)]
    rest = int(activity.argmin())
    return rest, sorted({int(activity.argmax()), *spread} - {rest})


def _evaluate(
    keyed: Sequence[KeyedMesh], frame: float, scene: bpy.types.Scene, view_layer: bpy.types.ViewLayer
) -> list[NDArray[np.float32]]:
    whole = int(np.floor(frame))
    scene.frame_set(whole, subframe=float(frame) - whole)
    meshes = []
    for one in keyed:
        evaluated = one.mesh.object.evaluated_get(view_layer.depsgraph).data
        co = np.empty(3 * len(evaluated.vertices), np.float32)
        evaluated.vertices.foreach_get("co", co)
        meshes.append(co.reshape(-1, 3))
    return meshes


def _astray(keyed: Sequence[KeyedMesh], sample: int, depsgraph: bpy.types.Depsgraph) -> int:
    """How many shape keys have another value at this moment than the one that was keyed."""
    count = 0
    for one in keyed:
        blocks = one.mesh.key.evaluated_get(depsgraph).key_blocks
        for name, values in one.values.items():
            block = blocks[name]
            wanted = min(max(float(values[sample]), block.slider_min), block.slider_max)
            count += abs(block.value - wanted) > 1e-3
    return count


def _residual(before: NDArray[np.float32], after: NDArray[np.float32], ids: NDArray[np.intp]) -> NDArray[np.float64]:
    """How far each vertex travelled beyond the rigid motion that fits `ids` best (Kabsch 1976)."""
    travel = np.zeros(len(before))
    if len(ids) < 4:
        travel[ids] = np.linalg.norm(after[ids] - before[ids], axis=1)
        return travel
    a, b = before[ids].astype(np.float64), after[ids].astype(np.float64)
    a -= a.mean(0)
    b -= b.mean(0)
    u, _, vt = np.linalg.svd(a.T @ b)
    turn = u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt)) or 1.0]) @ vt
    travel[ids] = np.linalg.norm(b - a @ turn, axis=1)
    return travel


@contextmanager
def _current_frame_kept(scene: bpy.types.Scene) -> Iterator[None]:
    frame, subframe = scene.frame_current, scene.frame_subframe
    try:
        yield
    finally:
        scene.frame_set(frame, subframe=subframe)
