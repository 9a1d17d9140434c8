# SPDX-License-Identifier: GPL-3.0-or-later
"""A head in FLAME's terms and the mesh that coefficients make of it (numpy only)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..take import FaceMotion, FloatArray
from .control_map import ControlMap
from .skinning import joint_transforms, pose_features, rotation_matrices

IntArray = NDArray[np.int32]

_CHUNK_BYTES = 8 << 20
"""Working memory of one evaluation step; long motions go through in pieces of this size."""


@dataclass(frozen=True)
class Lips:
    """Where lips and teeth are, for the measures in `lips`."""

    upper: IntArray
    """(P,) vertices along the contact line of the upper lip, from the character's right to the left."""
    lower: IntArray
    """(P,) the vertex of the lower lip that each of `upper` meets."""
    lower_lip: IntArray
    """Vertices of the red and the inner side of the lower lip that can touch the upper teeth."""
    upper_teeth_edge: FloatArray
    """(K, 3) the biting edge of the upper incisors in the neutral head, metres, a line from right to left.
    It is fixed to the skull, so it stands still in all measures that leave out global and neck pose."""


@dataclass(frozen=True)
class Mesh:
    """What a program that builds the head needs besides vertices. Only heads of our own have all of it."""

    quads: IntArray
    """(F, 4) vertex ids, -1 as the last of a triangle."""
    uv: FloatArray | None = None
    """(F, 4, 2) per corner."""
    material: IntArray | None = None
    """(F,) index into `material_names`."""
    material_names: tuple[str, ...] = ()
    parts: Mapping[str, IntArray] = field(default_factory=dict)
    """Vertex ids by name: skin, eyeball_L, eyeball_R; heads of our own have teeth_upper, tongue, lips_lower … too."""
    mirror: IntArray | None = None
    """(N,) the vertex on the other side of the face."""


@dataclass(frozen=True, eq=False)
class HeadModel:
    """Template, directions and joints in FLAME's format (metres, +Y up, +Z forward, +X the character's left).

    Joints are global, neck, jaw, left eye, right eye. They are regressed from the neutral shape: an armature's
    bones cannot follow expressions either.
    """

    name: str
    digest: str
    """SHA-256 of the file."""
    template: FloatArray
    """(N, 3)"""
    triangles: IntArray
    """(F, 3)"""
    identity: FloatArray = field(repr=False)
    """(N, 3, S) identity directions."""
    expression: FloatArray = field(repr=False)
    """(N, 3, 50)"""
    posedirs: FloatArray = field(repr=False)
    """(N, 3, 36)"""
    eyelids: FloatArray = field(repr=False)
    """(N, 3, 2) left, right; zero in FLAME's own files."""
    tongue: FloatArray = field(repr=False)
    """(N, 3, 17); (N, 3, 0) in FLAME's own files."""
    weights: FloatArray = field(repr=False)
    """(N, 5)"""
    joint_regressor: FloatArray = field(repr=False)
    """(5, N)"""
    parents: tuple[int, ...]
    landmark_ids: IntArray = field(repr=False)
    """(68,) vertices in iBUG order: 0 is on the character's right."""
    lips: Lips = field(repr=False)
    mesh: Mesh = field(repr=False)
    make_control_map: Callable[[HeadModel], ControlMap] = field(repr=False)

    @cached_property
    def control_map(self) -> ControlMap:
        """Controls to coefficients and back. For a FLAME file it is solved when it is first asked for."""
        return self.make_control_map(self)

    @cached_property
    def joints(self) -> FloatArray:
        """(5, 3) rest positions."""
        return (self.joint_regressor.astype(np.float64) @ self.template).astype(np.float32)

    def vertices(self, motion: FaceMotion, ids: NDArray[Any] | None = None, head_pose: bool = True) -> FloatArray:
        """Mesh of each frame, (T, N, 3) metres.

        `ids` gives only those vertices, (T, len(ids), 3), for a fraction of the work. Without `head_pose` global
        and neck rotation are left out: the face as seen from its own skull.
        """
        return self._surface(ids).evaluate(motion, head_pose)

    def landmarks(self, motion: FaceMotion) -> FloatArray:
        """(T, 68, 3) iBUG landmarks without global and neck pose."""
        return self.vertices(motion, self.landmark_ids, head_pose=False)

    def _surface(self, ids: NDArray[Any] | None) -> _Surface:
        key = None if ids is None else np.asarray(ids, np.int32).tobytes()
        surfaces = self._surfaces
        if key not in surfaces:
            if len(surfaces) >= 32:
                surfaces.clear()
            surfaces[key] = _Surface(self, slice(None) if ids is None else np.asarray(ids, np.int32))
        return surfaces[key]

    @cached_property
    def _surfaces(self) -> dict[bytes | None, _Surface]:
        return {}


class _Surface:
    """Some vertices of a head, gathered for repeated evaluation.

    Inside, coordinates lie plane by plane (3, n): skinning is then a product of a 3 × 3 and a long matrix.
    """

    def __init__(self, head: HeadModel, ids: IntArray | slice) -> None:
        template = head.template[ids]
        self.count = len(template)
        self.template = np.ascontiguousarray(template.T)
        blocks = (head.expression, head.posedirs, head.eyelids, head.tongue)
        self.sizes = [b.shape[2] for b in blocks]
        directions = np.concatenate([b[ids] for b in blocks], axis=2).transpose(2, 1, 0).reshape(-1, 3 * self.count)
        self.columns = np.flatnonzero(np.any(directions, axis=1))
        self.directions = np.ascontiguousarray(directions[self.columns])
        self.joints = head.joints.astype(np.float64)
        self.parents = head.parents
        self.weights = np.ascontiguousarray(head.weights[ids].T)
        self.bound = [_span(weights) for weights in self.weights]

    def evaluate(self, motion: FaceMotion, head_pose: bool) -> FloatArray:
        frames = motion.frames
        pose = np.array(motion.pose, np.float64).reshape(frames, 5, 3)
        if not head_pose:
            pose[:, :2] = 0
        rotations = rotation_matrices(pose)
        coefficients = np.zeros((frames, sum(self.sizes)), np.float32)
        start = 0
        for size, values in zip(
            self.sizes, (motion.expression, pose_features(rotations), motion.eyelids, motion.tongue), strict=True
        ):
            known = min(size, values.shape[1])
            coefficients[:, start : start + known] = values[:, :known]
            start += size
        coefficients = coefficients[:, self.columns]
        linear, offset = joint_transforms(rotations, self.joints, self.parents)
        change = (linear - np.eye(3)).astype(np.float32)
        moving = [j for j in range(5) if change[:, j].any()]
        offset = offset.astype(np.float32)[..., None]

        out = np.empty((frames, self.count, 3), np.float32)
        step = max(1, _CHUNK_BYTES // (12 * max(1, self.count)))
        for begin in range(0, frames, step):
            part = slice(begin, begin + step)
            shaped = (coefficients[part] @ self.directions).reshape(-1, 3, self.count)
            shaped += self.template
            skinned = shaped.copy() if moving else shaped
            for j in moving:
                bound = self.bound[j]
                moved = change[part, j] @ shaped[:, :, bound]
                moved += offset[part, j]
                moved *= self.weights[j, bound]
                skinned[:, :, bound] += moved
            out[part] = skinned.transpose(0, 2, 1)
        return out


def _span(weights: FloatArray) -> slice:
    """From the first to the last vertex that a joint moves."""
    bound = np.flatnonzero(weights)
    return slice(int(bound[0]), int(bound[-1]) + 1) if len(bound) else slice(0, 0)
