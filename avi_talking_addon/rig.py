# SPDX-License-Identifier: GPL-3.0-or-later
"""What a selected character can be keyed by: its shape keys, its bones and which names they go by.

Two kinds are known. A FLAME head has a shape key for each coefficient (`Exp000`, `EyelidLeft`, `Tongue000`)
and bones for FLAME's joints. An ARKit character has shape keys with Apple's 52 names, in any capitals, and
may have the 16 tongue shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import bpy

from ..model_backend.controls import CONTROLS
from ..model_backend.errors import JobError
from ..model_backend.take import EXPRESSION_SIZE, JOINTS

HEAD_PROPERTY = "avi_talking_head"
"""Custom property on the mesh objects that the add-on made; see `head.build_head` for what it holds."""

BONES: Mapping[str, tuple[str, ...]] = {
    "global": ("root", "global"),
    "neck": ("neck",),
    "jaw": ("jaw",),
    "left_eye": ("left_eye",),
    "right_eye": ("right_eye",),
}
"""Names of the bones for FLAME's joints, as our heads and the FLAME add-on of its authors spell them."""

EYELIDS = ("EyelidLeft", "EyelidRight")
_NUMBERED = re.compile(r"(Exp|Tongue)(\d{1,3})")
_CONTROLS = {name.lower(): name for name in CONTROLS}


class Kind(Enum):
    """The language that a character's shape keys speak."""

    FLAME = "FLAME"
    ARKIT = "ARKIT"


@dataclass(frozen=True)
class FaceMesh:
    """One mesh object and the channels its shape keys answer to: channel name -> shape key name."""

    object: bpy.types.Object
    blocks: Mapping[str, str]

    @property
    def key(self) -> bpy.types.Key:
        return self.object.data.shape_keys


@dataclass(frozen=True)
class FaceRig:
    """A character that can be keyed. Holds references to Blender's data: use it at once, do not store it."""

    kind: Kind
    meshes: tuple[FaceMesh, ...]
    armature: bpy.types.Object | None
    bones: Mapping[str, str]
    """FLAME joint -> bone name, for the bones that the character has."""

    @property
    def name(self) -> str:
        return self.meshes[0].object.name

    @property
    def is_ours(self) -> bool:
        """Whether the add-on made this head."""
        return HEAD_PROPERTY in self.meshes[0].object


def find_rig(obj: bpy.types.Object | None) -> FaceRig:
    """The rig that `obj` belongs to: itself, its meshes when it is an armature or a parent, its siblings.

    Raises `JobError`, in one sentence, where nothing there can be keyed.
    """
    if obj is None:
        raise JobError("No head is selected: select a character in the 3D viewport, or add one with Add Head.")
    if obj.type == "EMPTY" and obj.instance_collection is not None and obj.instance_collection.library is not None:
        raise JobError(
            f"{obj.name!r} shows a linked collection, which cannot be keyed: make a library override "
            "(Object > Library Override > Make), then select the head itself."
        )
    family = _family(obj)
    if not family:
        raise JobError(f"{obj.name!r} has no mesh: select the character's face or its armature.")
    with_keys = [
        mesh for mesh in family if mesh.data.shape_keys is not None and len(mesh.data.shape_keys.key_blocks) > 1
    ]
    if not with_keys:
        raise JobError(
            f"{family[0].name!r} has no shape keys to animate: select a face that has ARKit or FLAME shape keys, "
            "or add one with Add Head."
        )
    kind, meshes = _recognise(with_keys)
    if not meshes:
        raise JobError(
            f"No shape key of {with_keys[0].name!r} has an ARKit name (jawOpen, mouthSmileLeft, …) or a FLAME name "
            "(Exp000, …): rename its shape keys, or select another character."
        )
    for mesh in meshes:
        _check_editable(mesh.object)
    armature = _armature_of(meshes[0].object)
    # Bones of strangers that happen to be called "neck" are not ours to move: an ARKit face is keyed by its shapes.
    bones = _bones(armature) if kind is Kind.FLAME or HEAD_PROPERTY in meshes[0].object else {}
    if armature is not None and bones and not armature.is_editable:
        raise JobError(_linked(armature))
    return FaceRig(kind, tuple(meshes), armature if bones else None, bones)


def _family(obj: bpy.types.Object) -> list[bpy.types.Object]:
    """The mesh objects that form one character with `obj`, `obj` first."""
    armature = obj if obj.type == "ARMATURE" else _armature_of(obj)
    found = [obj] if obj.type == "MESH" else []
    if armature is not None:
        found += _meshes_of(armature)
    else:
        found += [child for child in obj.children_recursive if child.type == "MESH"]
    return list(dict.fromkeys(found))


def _armature_of(obj: bpy.types.Object) -> bpy.types.Object | None:
    for modifier in obj.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            return modifier.object
    ancestor = obj.parent
    while ancestor is not None:
        if ancestor.type == "ARMATURE":
            return ancestor
        ancestor = ancestor.parent
    return None


def _meshes_of(armature: bpy.types.Object) -> list[bpy.types.Object]:
    children = [child for child in armature.children_recursive if child.type == "MESH"]
    users = [
        other
        for scene in armature.users_scene
        for other in scene.objects
        if other.type == "MESH" and any(m.type == "ARMATURE" and m.object == armature for m in other.modifiers)
    ]
    return children + users


def _recognise(objects: Iterable[bpy.types.Object]) -> tuple[Kind, list[FaceMesh]]:
    """The kind that most of the shape keys belong to and the meshes that have any of it, one for each Key."""
    meshes: dict[Kind, list[FaceMesh]] = {kind: [] for kind in Kind}
    seen: set[str] = set()
    for obj in objects:
        key = obj.data.shape_keys
        if key.name_full in seen:  # objects that share one mesh share its animation too
            continue
        seen.add(key.name_full)
        names = [block.name for block in key.key_blocks if block != key.reference_key]
        found = {Kind.FLAME: flame_channels(names, _first_number(obj, names)), Kind.ARKIT: arkit_channels(names)}
        for kind, blocks in found.items():
            if blocks:
                meshes[kind].append(FaceMesh(obj, blocks))
    kind = max(Kind, key=lambda k: sum(len(mesh.blocks) for mesh in meshes[k]))
    return kind, meshes[kind]


def flame_channels(names: Iterable[str], first: int = 0) -> dict[str, str]:
    """Channel (`Exp000`, `EyelidLeft`, `Tongue000`) -> shape key, of those among `names` that are FLAME's.

    `first` is the number that the head gives to FLAME's first expression direction.
    """
    channels: dict[str, str] = {}
    for name in names:
        if match := _NUMBERED.fullmatch(name):
            index = int(match[2]) - first
            if index >= 0 and (match[1] == "Tongue" or index < EXPRESSION_SIZE):
                channels[f"{match[1]}{index:03d}"] = name
        elif name in EYELIDS:
            channels[name] = name
    return channels


def _first_number(obj: bpy.types.Object, names: Iterable[str]) -> int:
    """0, or 1 for the heads of other add-ons, which count expressions from 1 and so have no number 0."""
    return 0 if HEAD_PROPERTY in obj or any(re.fullmatch("Exp0{1,3}", name) for name in names) else 1


def arkit_channels(names: Iterable[str]) -> dict[str, str]:
    """Control -> shape key, matched exactly and, for what is left, in any capitals."""
    names = list(names)
    channels = {name: name for name in names if name in CONTROLS}
    for name in names:
        control = _CONTROLS.get(name.lower())
        if control is not None:
            channels.setdefault(control, name)
    return channels


def _bones(armature: bpy.types.Object | None) -> dict[str, str]:
    if armature is None or armature.pose is None:
        return {}
    found = {}
    for joint in JOINTS:
        for name in BONES[joint]:
            if name in armature.pose.bones:
                found[joint] = name
                break
    return found


def _check_editable(obj: bpy.types.Object) -> None:
    """Animation that is put on linked data plays until the file is closed and is then lost: refuse it."""
    key: Any = obj.data.shape_keys
    if key.is_editable:
        return
    if obj.override_library is not None:
        raise JobError(
            f"The mesh of {obj.name!r} is still linked, so its shape keys cannot be keyed: override the mesh as well "
            "(in the Outliner, right-click the mesh > Library Override > Make > Selected)."
        )
    raise JobError(_linked(obj))


def _linked(obj: bpy.types.Object) -> str:
    return (
        f"{obj.name!r} is linked from another file and cannot be keyed: make a library override of it and its mesh "
        "(Object > Library Override > Make; in the Outliner for the mesh)."
    )
