# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a keyed face really moves: a look at the evaluated mesh, and reasons why it might stand still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from .rig import FaceMesh, FaceRig

SEEN = 5e-5
"""Blender units (metres) that a vertex must travel to count as moved."""
PRESENT = 0.1
"""Share of the motion expected from the shape keys below which the face counts as still."""


@dataclass(frozen=True)
class Movement:
    """What the evaluated meshes do over a few frames, their rigid motion (a turning head) left out."""

    moved_vertices: int
    """Of those that the keyed shapes reach."""
    largest: float
    """Largest displacement of a vertex, in Blender units."""
    expected: float
    """Largest displacement that the keys should make by themselves, in the mesh's own units."""
    certain: bool
    """False where modifiers rebuild the mesh, so that vertices cannot be followed from frame to frame."""
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
    """Evaluate three of `frames` (T,), scene frame numbers, and compare the meshes. The current frame is kept."""
    warnings = list(obstacles(rig, keyed, view_layer))
    shapes = [_Shapes.of(one) for one in keyed]
    rest, others = _samples(shapes)
    travels = [np.zeros(len(shape.ids)) for shape in shapes]
    expected = shown = wanted = 0.0
    astray, certain = 0, True
    with _current_frame_kept(scene):
        before = _evaluate(shapes, rest, frames, scene, view_layer)
        resting = [shape.mesh_at(rest) for shape in shapes]
        for sample in others:
            after = _evaluate(shapes, sample, frames, scene, view_layer)
            for shape, travel, start, old, new in zip(shapes, travels, resting, before, after, strict=True):
                change = shape.mesh_at(sample) - start
                expected = max(expected, float(np.linalg.norm(change, axis=1).max(initial=0.0)))
                certain &= old.certain and new.certain
                if old.points is not None and new.points is not None:
                    seen = new.points - old.points
                    np.maximum(travel, np.linalg.norm(seen, axis=1), out=travel)
                    shown += float((seen * change).sum())
                    wanted += float((change * change).sum())
            astray = max(astray, _astray(keyed, sample, view_layer.depsgraph))
    if expected > SEEN and shown <= PRESENT * wanted:
        travels = []  # what remains is bones bending the mesh, not the face
    else:
        certain = True
    moved, largest = 0, 0.0
    for shape, travel in zip(shapes, travels, strict=False):
        travel = travel * shape.keyed.mesh.object.matrix_world.median_scale
        moved += int((travel > SEEN).sum())
        largest = max(largest, float(travel.max(initial=0.0)))
    if astray and not warnings:
        warnings.append(
            f"{astray} shape keys do not follow their keys: look for an NLA track or another Action that holds them."
        )
    if expected > SEEN and certain and not moved and not warnings:
        warnings.append(
            "The mesh does not move although its shape keys do: look for a modifier that hides them, "
            "or for vertex groups on the shape keys."
        )
    return Movement(moved, largest, expected, certain, tuple(warnings))


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
        clamped = [
            block.name
            for block, values in zip(blocks, one.values.values(), strict=True)
            if values.min() < block.slider_min - 1e-4 or values.max() > block.slider_max + 1e-4
        ]
        if clamped:
            yield (
                f"Shape keys of {obj.name!r} go past their slider's range ({few(clamped)}), which a library override "
                "cannot widen: widen it in the library file."
            )
    for owner, data in [*((one.mesh.object.name, one.mesh.key) for one in keyed), *_armatures(rig)]:
        animation = data.animation_data
        if animation is None or not animation.use_nla or not animation.nla_tracks:
            continue
        if any(track.is_solo for track in animation.nla_tracks):
            yield f"An NLA track of {owner!r} is set to solo, so the new keys do not play: clear its star."
        elif animation.action_influence < 1 or animation.action_blend_type != "REPLACE":
            yield (
                f"The active Action of {owner!r} does not fully replace its NLA tracks: "
                "set its Influence to 1 and its Blending to Replace in the NLA editor."
            )
    yield from _armature_obstacles(rig)


def few(names: Sequence[str], most: int = 4) -> str:
    """The first of `names`, and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


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


@dataclass(frozen=True)
class _Shapes:
    """The part of a mesh that its keyed shapes move."""

    keyed: KeyedMesh
    ids: NDArray[np.intp]
    """Its vertices."""
    base: NDArray[np.float32]
    """(len(ids), 3) at rest."""
    deltas: NDArray[np.float32]
    """(K, len(ids), 3) what each shape adds at 1."""
    values: NDArray[np.float32]
    """(K, T)"""

    @classmethod
    def of(cls, keyed: KeyedMesh) -> _Shapes:
        key = keyed.mesh.key
        points: dict[str, NDArray[np.float32]] = {}
        for block in (*(key.key_blocks[name].relative_key for name in keyed.values), key.reference_key):
            if block.name not in points:
                points[block.name] = _points(block)
        deltas = np.empty((len(keyed.values), *points[key.reference_key.name].shape), np.float32)
        for row, name in enumerate(keyed.values):
            block = key.key_blocks[name]
            np.subtract(_points(block), points[block.relative_key.name], out=deltas[row])
        reach = np.maximum(deltas.max(axis=0, initial=0.0), -deltas.min(axis=0, initial=0.0))
        ids = np.flatnonzero(reach.max(axis=1) > SEEN)
        values = np.array(list(keyed.values.values()), np.float32).reshape(len(deltas), -1)
        return cls(keyed, ids, points[key.reference_key.name][ids], deltas[:, ids], values)

    def mesh_at(self, sample: int) -> NDArray[np.float32]:
        """What the shape keys by themselves should make of it, its rigid motion undone."""
        return self.aligned(self.base + np.tensordot(self.values[:, sample], self.deltas, 1))

    def aligned(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """`points` turned and moved as a whole to lie on the resting face as well as they can (Kabsch 1976)."""
        if len(points) < 4:
            return points
        middle, aim = points.mean(0), self.base.mean(0)
        u, _, vt = np.linalg.svd(((points - middle).T @ (self.base - aim)).astype(np.float64))
        turn = u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt
        return (points - middle) @ turn.astype(np.float32) + aim


def _points(block: bpy.types.ShapeKey) -> NDArray[np.float32]:
    points = np.empty((len(block.points), 3), np.float32)
    block.points.foreach_get("co", points.ravel())
    return points


def _samples(shapes: Sequence[_Shapes]) -> tuple[int, list[int]]:
    """The calmest frame and those to compare with it: the liveliest and the last."""
    reaches = [np.abs(shape.deltas).max(axis=(1, 2), initial=0.0) for shape in shapes]
    activity = sum(reach @ np.abs(shape.values) for reach, shape in zip(reaches, shapes, strict=True))
    rest = int(activity.argmin())
    return rest, sorted({int(activity.argmax()), len(activity) - 1} - {rest})


@dataclass(frozen=True)
class _Seen:
    """A mesh at a frame: the points of `_Shapes.ids`, rigid motion undone; None where there are too few."""

    points: NDArray[np.float32] | None
    certain: bool


def _evaluate(
    shapes: Sequence[_Shapes],
    sample: int,
    frames: NDArray[np.float32],
    scene: bpy.types.Scene,
    view_layer: bpy.types.ViewLayer,
) -> list[_Seen]:
    whole = int(np.floor(frames[sample]))
    scene.frame_set(whole, subframe=float(frames[sample]) - whole)
    meshes = []
    for shape in shapes:
        obj = shape.keyed.mesh.object
        mesh = obj.evaluated_get(view_layer.depsgraph).data
        count, original = len(mesh.vertices), len(obj.data.vertices)
        if count < original:
            meshes.append(_Seen(None, False))
            continue
        points = np.empty((count, 3), np.float32)
        mesh.vertices.foreach_get("co", points.ravel())
        # Subdivision, Solidify and Mirror put the mesh's own vertices first; others may not, so it is not certain.
        meshes.append(_Seen(shape.aligned(points[shape.ids]), count == original))
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


@contextmanager
def _current_frame_kept(scene: bpy.types.Scene) -> Iterator[None]:
    frame, subframe = scene.frame_current, scene.frame_subframe
    try:
        yield
    finally:
        scene.frame_set(frame, subframe=subframe)
