# SPDX-License-Identifier: GPL-3.0-or-later
"""A rigged head made from a head model: mesh, shape keys, armature, materials.

With FLAME channels the head *is* the model: a shape key for each direction, a bone for each joint whose local
axes are FLAME's own, and drivers that play the pose correctives. With ARKit channels each control is one
finished shape, for programs and pipelines that know nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..model_backend.controls import CONTROLS
from ..model_backend.errors import JobError
from ..model_backend.head_model import HeadModel, load_head_model
from ..model_backend.take import EXPRESSION_SIZE, JOINTS
from .materials import head_materials
from .rig import BONES, EYELIDS, HEAD_PROPERTY, Kind

AXES = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32)
"""FLAME's axes (Y up, Z to the front) to Blender's (Z up, -Y to the front): (x, y, z) -> (x, -z, y)."""

BONE_LENGTH: Mapping[str, float] = {"global": 0.03, "neck": 0.09, "jaw": 0.04, "left_eye": 0.03, "right_eye": 0.03}
"""Metres, for the eye only: the length of a bone has no effect."""

STILL = 1e-7
"""Metres: a direction that moves no vertex farther gets no shape key."""

ROTATION_ENTRIES: Sequence[str] = (
    "cos(y)*cos(z)-1",
    "sin(x)*sin(y)*cos(z)-cos(x)*sin(z)",
    "cos(x)*sin(y)*cos(z)+sin(x)*sin(z)",
    "cos(y)*sin(z)",
    "sin(x)*sin(y)*sin(z)+cos(x)*cos(z)-1",
    "cos(x)*sin(y)*sin(z)-sin(x)*cos(z)",
    "-sin(y)",
    "sin(x)*cos(y)",
    "cos(x)*cos(y)-1",
)
"""R - I row by row for Blender's Euler order XYZ, R = Rz Ry Rx: the features that weigh FLAME's pose correctives.
Blender evaluates these as "simple expressions", which run without permission to run Python scripts."""


def build_head(
    context: bpy.types.Context, channels: str = "FLAME", name: str = "AVI Head", model: HeadModel | None = None
) -> bpy.types.Object:
    """Add a head at the 3D cursor and return its mesh object, selected and active.

    `channels` is "FLAME" (shape keys for coefficients, bones for joints) or "ARKIT" (the 52 + 16 controls as shape
    keys, a bone for the neck). `model` is the default head where None. The mesh carries the custom property
    `avi_talking_head`, a group with `kind`, `model`, `digest` (SHA-256 of the model's file), `landmarks` (68 vertex
    ids, iBUG order), `upper_lip` and `lower_lip` (vertices that meet along the contact line, pair by pair), and
    `meanings` (shape key -> the controls it shows, for heads where each has one).

    Raises `JobError`; the file is then as it was.
    """
    kind = Kind(channels)
    model = load_head_model(None) if model is None else model
    if context.scene is None:
        raise JobError("There is no scene to put a head into: open or create one first.")
    if context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    with _undone_on_failure() as made:
        mesh = _mesh(model, name)
        made.append(mesh)
        materials = head_materials(model.mesh.material_names or ("skin",))
        made.extend(materials)
        for material in materials:
            mesh.materials.append(material)
        head = bpy.data.objects.new(name, mesh)
        made.append(head)
        armature = bpy.data.armatures.new(f"{name} Rig")
        made.append(armature)
        rig = bpy.data.objects.new(f"{name} Rig", armature)
        made.append(rig)
        collection = _collection(context)
        collection.objects.link(rig)
        collection.objects.link(head)

        joints = JOINTS if kind is Kind.FLAME else JOINTS[:2]
        _add_bones(context, rig, model, joints)
        _add_vertex_groups(head, model, joints)
        meanings = _add_flame_keys(head, rig, model) if kind is Kind.FLAME else _add_arkit_keys(head, model)

        head.parent = rig
        modifier = head.modifiers.new("Armature", "ARMATURE")
        modifier.object = rig
        rig.location = context.scene.cursor.location
        head[HEAD_PROPERTY] = {
            "kind": kind.value,
            "model": model.name,
            "digest": model.digest,
            "landmarks": model.landmark_ids.tolist(),
            "upper_lip": model.lips.upper.tolist(),
            "lower_lip": model.lips.lower.tolist(),
            "meanings": meanings,
        }
        _select_only(context, head)
    return head


@contextmanager
def _undone_on_failure() -> Iterator[list[Any]]:
    """Removes what was appended to the list when its block fails."""
    made: list[Any] = []
    try:
        yield made
    except BaseException:
        if bpy.context.mode != "OBJECT":
            bpy.ops.object.mode_set(mode="OBJECT")
        bpy.data.batch_remove(made)
        raise


def _collection(context: bpy.types.Context) -> bpy.types.Collection:
    active = context.collection
    return active if active is not None and active.is_editable else context.scene.collection


def _select_only(context: bpy.types.Context, obj: bpy.types.Object) -> None:
    for other in context.selected_objects:
        other.select_set(False)
    obj.select_set(True)
    context.view_layer.objects.active = obj


def _mesh(model: HeadModel, name: str) -> bpy.types.Mesh:
    quads = model.mesh.quads
    used = quads >= 0
    sizes = used.sum(1)
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(model.template))
    mesh.vertices.foreach_set("co", _flat(model.template))
    mesh.loops.add(int(sizes.sum()))
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(quads[used], np.int32))
    mesh.polygons.add(len(quads))
    mesh.polygons.foreach_set("loop_start", np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32))
    if model.mesh.material is not None:
        mesh.polygons.foreach_set("material_index", np.ascontiguousarray(model.mesh.material, np.int32))
    mesh.update(calc_edges=True)
    mesh.shade_smooth()
    if model.mesh.uv is not None:
        layer = mesh.uv_layers.new(name="UVMap", do_init=False)
        layer.uv.foreach_set("vector", np.ascontiguousarray(model.mesh.uv[used], np.float32).ravel())
    return mesh


def _flat(points: NDArray[Any]) -> NDArray[np.float32]:
    """Model coordinates (N, 3) as Blender takes them in bulk."""
    return np.ascontiguousarray(points @ AXES.T, np.float32).ravel()


def _add_bones(context: bpy.types.Context, rig: bpy.types.Object, model: HeadModel, joints: Sequence[str]) -> None:
    """A bone for each joint; its local axes are FLAME's, so that FLAME's rotations are the bone's own."""
    context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    edit_bones = rig.data.edit_bones
    bones = []
    for j, joint in enumerate(joints):
        bone = edit_bones.new(BONES[joint][0])
        bone.head = AXES @ model.joints[j]
        bone.tail = bone.head
        bone.tail.z += BONE_LENGTH[joint]  # local Y is FLAME's Y, Blender's Z
        bone.align_roll((0.0, -1.0, 0.0))  # local Z is FLAME's Z, Blender's -Y
        if model.parents[j] >= 0:
            bone.parent = bones[model.parents[j]]
        bones.append(bone)
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.data.display_type = "STICK"
    rig.show_in_front = True
    for bone in rig.pose.bones:
        bone.rotation_mode = "XYZ"
        if bone.parent is not None:  # the model's joints only turn
            bone.lock_location = bone.lock_scale = (True, True, True)


def _add_vertex_groups(head: bpy.types.Object, model: HeadModel, joints: Sequence[str]) -> None:
    weights = model.weights.astype(np.float32)
    if len(joints) < weights.shape[1]:  # what jaw and eyes would carry stays with the head
        weights = np.column_stack([weights[:, : len(joints) - 1], weights[:, len(joints) - 1 :].sum(1)])
    for joint, column in zip(joints, weights.T, strict=True):
        group = head.vertex_groups.new(name=BONES[joint][0])
        for weight, vertices in _by_value(column):
            group.add(vertices, weight, "REPLACE")
    for part, vertices in model.mesh.parts.items():
        # The armature takes every group with a bone's name for that bone's weights.
        name = part if part not in head.vertex_groups else f"{part}_part"
        head.vertex_groups.new(name=name).add(vertices.tolist(), 1.0, "REPLACE")


def _by_value(weights: NDArray[np.float32]) -> Iterator[tuple[float, list[int]]]:
    """(weight, its vertices) for each weight above 0: exact, and few calls since most vertices share theirs."""
    vertices = np.flatnonzero(weights > 0)
    vertices = vertices[np.argsort(weights[vertices], kind="stable")]
    starts = np.flatnonzero(np.diff(weights[vertices], prepend=np.float32(-1)))
    for group in np.split(vertices, starts[1:]) if len(starts) else ():
        yield float(weights[group[0]]), group.tolist()


def _add_flame_keys(head: bpy.types.Object, rig: bpy.types.Object, model: HeadModel) -> dict[str, str]:
    """Keys for every direction that moves something; returns what each shows, as far as that has a name."""
    head.shape_key_add(name="Basis", from_mix=False)
    lowest, highest = model.control_map.matrix.min(0), model.control_map.matrix.max(0)
    meanings = {}
    expression = [f"Exp{i:03d}" for i in range(EXPRESSION_SIZE)]
    tongue = [f"Tongue{i:03d}" for i in range(model.tongue.shape[2])]
    for names, directions, start in (
        (expression, model.expression, 0),
        (EYELIDS, model.eyelids, EXPRESSION_SIZE + 3 * len(JOINTS)),
        (tongue, model.tongue, EXPRESSION_SIZE + 3 * len(JOINTS) + len(EYELIDS)),
    ):
        for i, name in enumerate(names):
            if np.abs(directions[:, :, i]).max() <= STILL:
                continue
            column = start + i
            _add_key(head, name, model.template + directions[:, :, i], lowest[column], highest[column])
            if meaning := _meaning(model.control_map.matrix[:, column]):
                meanings[name] = meaning
    for feature in range(model.posedirs.shape[2]):
        if np.abs(model.posedirs[:, :, feature]).max() > STILL:
            block = _add_key(head, f"Pose{feature:03d}", model.template + model.posedirs[:, :, feature], -2.0, 1.0)
            _drive(block, rig, BONES[JOINTS[1 + feature // 9]][0], ROTATION_ENTRIES[feature % 9])
    return meanings


def _meaning(column: NDArray[Any]) -> str:
    """The control that a coefficient plays, or two opposite ones; empty where many share it."""
    controls = np.flatnonzero(column)
    if not 1 <= len(controls) <= 2:
        return ""
    ordered = sorted(controls, key=lambda i: -column[i])
    return " / ".join(CONTROLS[i] for i in ordered)


def _add_arkit_keys(head: bpy.types.Object, model: HeadModel) -> dict[str, str]:
    """One finished shape for each control: the model's mesh with that control at 1, joints included."""
    head.shape_key_add(name="Basis", from_mix=False)
    shapes = model.vertices(model.control_map.motion(np.eye(len(CONTROLS), dtype=np.float32), 30.0))
    for name, shape in zip(CONTROLS, shapes, strict=True):
        _add_key(head, name, shape)
    return {}


def _add_key(
    head: bpy.types.Object, name: str, points: NDArray[Any], lowest: float = 0.0, highest: float = 1.0
) -> bpy.types.ShapeKey:
    """A shape key whose slider covers `lowest`..`highest`: Blender clamps values outside it in playback too."""
    block = head.shape_key_add(name=name, from_mix=False)
    block.value = 0.0  # Blender 5.0 and later add keys at 1
    block.points.foreach_set("co", _flat(points))
    block.slider_min = min(0.0, float(np.floor(lowest)))
    block.slider_max = max(1.0, float(np.ceil(highest)))
    return block


def _drive(block: bpy.types.ShapeKey, rig: bpy.types.Object, bone: str, expression: str) -> None:
    driver = block.driver_add("value").driver
    driver.type = "SCRIPTED"
    for axis in "xyz":
        if f"({axis})" not in expression:
            continue
        variable = driver.variables.new()
        variable.name = axis
        variable.type = "TRANSFORMS"  # the turn that the mesh sees, whatever rotation mode or constraint makes it
        target = variable.targets[0]
        target.id = rig
        target.bone_target = bone
        target.transform_type = f"ROT_{axis.upper()}"
        target.transform_space = "LOCAL_SPACE"
        target.rotation_mode = "XYZ"
    driver.expression = expression


def head_description(obj: bpy.types.Object) -> Mapping[str, Any] | None:
    """What `build_head` stored on a head of ours, as plain values; None for any other object."""
    group = obj.get(HEAD_PROPERTY)
    return group.to_dict() if hasattr(group, "to_dict") else None
