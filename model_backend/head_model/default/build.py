# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the default head in FLAME's format from its sculpt: `python -m model_backend.head_model.default.build`.

`sculpt.npz` holds the head as it was modelled: a mesh, joints, skinning weights and one displacement for each of the
68 controls, jaw and gaze included. In FLAME's format jaw and eyes turn about joints, so those displacements are split:

- `jawOpen`, `jawLeft`, `jawRight` and the eight `eyeLook…` become rotations of a joint;
- what a rotation alone does not give (corners of the mouth drawn in as the jaw drops, lids that follow the gaze) goes
  into `posedirs`, by two entries of the joint's rotation matrix: R[2,1] (the sine of its pitch) and R[1,1] - 1 (its
  cosine less 1), which do not answer to a turn sideways;
- `eyeBlink…` become `eyelids`, tongue shapes `tongue`, every other control one expression direction.

Skinning turns what is added to a vertex along with its joints, so the displacements are taken back into the
rest space before they are stored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...controls import CONTROLS, INDEX
from ...take import EXPRESSION_SIZE, JOINTS, write_whole
from ..control_map import COEFFICIENTS, EYELIDS, POSE, TONGUE, TONGUE_NAMES
from ..load import DEFAULT_HEAD
from ..skinning import FEATURES, feature, rotation_matrices

SCULPT = Path(__file__).with_name("sculpt.npz")

Array = NDArray[Any]

JAW = JOINTS.index("jaw")
LEFT_EYE = JOINTS.index("left_eye")
RIGHT_EYE = JOINTS.index("right_eye")

PITCH, YAW = np.eye(3)[:2]
JOINT_CONTROLS: dict[str, tuple[int, Array]] = {
    # What each control at 1 turns: joint, axis-angle vector in radians; the angles the sculpt was made for. An adult's
    # mouth opens 45 to 60 mm between the incisors at most; 23° give 42 mm of travel at the lower lip.
    "jawOpen": (JAW, np.radians(23) * PITCH),
    "jawLeft": (JAW, np.radians(8) * YAW),
    "jawRight": (JAW, np.radians(-8) * YAW),
    "eyeLookDownLeft": (LEFT_EYE, np.radians(26) * PITCH),
    "eyeLookDownRight": (RIGHT_EYE, np.radians(26) * PITCH),
    "eyeLookUpLeft": (LEFT_EYE, np.radians(-24) * PITCH),
    "eyeLookUpRight": (RIGHT_EYE, np.radians(-24) * PITCH),
    "eyeLookInLeft": (LEFT_EYE, np.radians(-30) * YAW),
    "eyeLookInRight": (RIGHT_EYE, np.radians(30) * YAW),
    "eyeLookOutLeft": (LEFT_EYE, np.radians(30) * YAW),
    "eyeLookOutRight": (RIGHT_EYE, np.radians(-30) * YAW),
}
EXPRESSIONS = tuple(
    name
    for name in CONTROLS
    if name not in JOINT_CONTROLS and not name.startswith("eyeBlink") and name not in TONGUE_NAMES
)
"""The controls that are expression directions, in the order of their coefficients."""

_SPEECH_OPENING = 0.6
"""Up to this `jawOpen` the lips that `mouthClose` brings together are fitted to stay together; speech stays below."""
_INCISORS = 0.0125
"""Half the width in metres that the four upper incisors take up."""


def build(sculpt: dict[str, Array]) -> dict[str, Array]:
    """The arrays of the default head's file (see `head_file`)."""
    template = sculpt["v_template"].astype(np.float64)
    count = len(template)
    shapes = dict(zip(CONTROLS, sculpt["controls"].astype(np.float64), strict=True))
    joints = sculpt["joints"].astype(np.float64)
    weights = sculpt["weights"].astype(np.float64)

    posedirs = np.zeros((count, 3, FEATURES))
    jaw, closing = _jaw_correctives(template, shapes, joints, weights)
    posedirs[:, :, feature(JAW, 2, 1)], posedirs[:, :, feature(JAW, 1, 1)] = jaw
    shapes["mouthClose"] = closing
    for joint, side in ((LEFT_EYE, "Left"), (RIGHT_EYE, "Right")):
        odd, even = _gaze_correctives(template, shapes, joints, weights, joint, side)
        posedirs[:, :, feature(joint, 2, 1)], posedirs[:, :, feature(joint, 1, 1)] = odd, even

    expression = np.zeros((count, 3, EXPRESSION_SIZE))
    expression[:, :, : len(EXPRESSIONS)] = np.stack([shapes[n] for n in EXPRESSIONS], 2)
    eyelids = np.stack([shapes["eyeBlinkLeft"], shapes["eyeBlinkRight"]], 2)
    tongue = np.stack([shapes[n] for n in TONGUE_NAMES], 2)
    still = ~np.any(np.concatenate([expression, posedirs, eyelids, tongue], 2), (1, 2))
    still &= weights[:, LEFT_EYE:].max(1) == 0
    quads = sculpt["quads"]
    rings = sculpt["lip_rings"]

    arrays: dict[str, Array] = {
        "v_template": template,
        "f": _triangles(quads),
        "shapedirs": expression,
        "shape_count": np.array(0, np.int32),
        "posedirs": posedirs,
        "J_regressor": _joint_regressor(template, joints, still, sculpt),
        "weights": weights,
        "kintree_table": np.array([[-1, 0, 1, 1, 1], [0, 1, 2, 3, 4]], np.int32),
        "eyelids": eyelids,
        "tongue": tongue,
        "control_names": np.array(CONTROLS),
        "control_map": _control_map(),
        "landmarks": sculpt["landmarks"],
        "inner_lips": _contact_line(rings[0], sculpt["sym"]),
        "lower_lip": _lower_lip(rings, sculpt),
        "upper_teeth_edge": _biting_edge(template, sculpt),
        "quads": quads,
        "uv": sculpt["uv"],
        "material": sculpt["material"],
        "material_names": sculpt["material_names"],
        "sym": sculpt["sym"],
    }
    arrays.update({k: v for k, v in sculpt.items() if k.startswith("part_")})
    return {k: v.astype(np.float32) if v.dtype.kind == "f" else v for k, v in arrays.items()}


def _skinned(template: Array, joints: Array, weights: Array, joint: int, vector: Array) -> tuple[Array, Array]:
    """Every vertex's motion x -> linear @ x + offset, (N, 3, 3) and (N, 3), when one joint turns by `vector`."""
    rotation = rotation_matrices(vector)
    w = weights[:, joint, None]
    linear = np.eye(3) + w[..., None] * (rotation - np.eye(3))
    return linear, w * (joints[joint] - rotation @ joints[joint])


def _corrective(template: Array, shape: Array, linear: Array, offset: Array) -> Array:
    """Displacement in the rest space after which skinning lands on `template + shape`."""
    corrective = np.linalg.solve(linear, (template + shape - offset)[..., None])[..., 0] - template
    corrective[np.abs(corrective).max(1) < 1e-7] = 0
    return corrective


def _jaw_correctives(
    template: Array, shapes: dict[str, Array], joints: Array, weights: Array
) -> tuple[tuple[Array, Array], Array]:
    """The two `posedirs` columns of the jaw (R[2,1], R[1,1] - 1) and the direction of `mouthClose`.

    In the sculpt `mouthClose` equal to `jawOpen` seals the lips at every opening, each lip going along a straight
    line; about a joint the lower lip goes along an arc, so one direction cannot follow it. With the cosine's column the
    jaw's own corrective bends that arc straight for vertices that `mouthClose` moves. Least squares for each vertex,
    over `jawOpen` in 0..1, of which `jawOpen` = 1 alone and the sealed lips at speech's openings weigh most.
    """
    joint, vector = JOINT_CONTROLS["jawOpen"]
    open_shape, close_shape = shapes["jawOpen"], shapes["mouthClose"]
    full = _corrective(template, open_shape, *_skinned(template, joints, weights, joint, vector))
    angle = np.linalg.norm(vector)
    moved = np.linalg.norm(close_shape, axis=1)
    sealing = moved / moved.max()

    steps = np.linspace(0.1, 1, 10)
    count = len(template)
    normal = np.zeros((count, 9, 9))
    right = np.zeros((count, 9))

    def add(linear: Array, factors: tuple[float, float, float], target: Array, weight: Array | float) -> None:
        """Ask for linear @ (f0·odd + f1·even + f2·close) = target."""
        rows = np.concatenate([f * linear for f in factors], 2)
        rows_weighted = rows * np.broadcast_to(weight, count)[:, None, None]
        normal[:] += rows_weighted.transpose(0, 2, 1) @ rows
        right[:] += np.einsum("nij,ni->nj", rows_weighted, target)

    for t in steps:
        sine, cosine = np.sin(t * angle), np.cos(t * angle) - 1
        linear, offset = _skinned(template, joints, weights, joint, t * vector)
        bare = np.einsum("nij,nj->ni", linear, template) + offset
        opened = np.einsum("nij,nj->ni", linear, sine / np.sin(angle) * full)
        add(linear, (sine, cosine, 0), opened, 1e4 if t == 1 else 1e-2)
        sealed = template + t * (open_shape + close_shape) - bare
        add(linear, (sine, cosine, t), sealed, 1e2 * sealing**2 if t <= _SPEECH_OPENING else 1e-1 * sealing**2)
    # A vertex that mouthClose does not move takes the plain corrective: no even part, no closing direction.
    normal[:, range(3, 9), range(3, 9)] += 1e-6
    odd, even, close = np.linalg.solve(normal, right[..., None])[..., 0].reshape(count, 3, 3).transpose(1, 0, 2)
    still = moved < 1e-6
    odd[still], even[still], close[still] = full[still] / np.sin(angle), 0, 0
    return (odd, even), close


def _gaze_correctives(
    template: Array, shapes: dict[str, Array], joints: Array, weights: Array, joint: int, side: str
) -> tuple[Array, Array]:
    """`posedirs` columns of an eye (R[2,1], R[1,1] - 1) that land on the sculpt at full gaze up and full gaze down."""
    rows, targets = [], []
    for name in (f"eyeLookUp{side}", f"eyeLookDown{side}"):
        _, vector = JOINT_CONTROLS[name]
        rows.append([np.sin(vector[0]), np.cos(vector[0]) - 1])
        targets.append(_corrective(template, shapes[name], *_skinned(template, joints, weights, joint, vector)))
    odd, even = np.einsum("ij,jnk->ink", np.linalg.inv(rows), np.stack(targets))
    return odd, even


def _control_map() -> Array:
    matrix = np.zeros((len(CONTROLS), COEFFICIENTS))
    for name, (joint, vector) in JOINT_CONTROLS.items():
        start = POSE.start + 3 * joint
        matrix[INDEX[name], start : start + 3] = vector
    for column, name in enumerate(EXPRESSIONS):
        matrix[INDEX[name], column] = 1
    for column, name in enumerate(("eyeBlinkLeft", "eyeBlinkRight")):
        matrix[INDEX[name], EYELIDS.start + column] = 1
    for column, name in enumerate(TONGUE_NAMES):
        matrix[INDEX[name], TONGUE.start + column] = 1
    return matrix


def _triangles(quads: Array) -> Array:
    whole = quads[quads[:, 3] >= 0]
    return np.concatenate([quads[:, :3], whole[:, [0, 2, 3]]])


def _joint_regressor(template: Array, joints: Array, still: Array, sculpt: dict[str, Array]) -> Array:
    """Each joint as the flattest weighted mean of vertices near it that no coefficient moves.

    With such vertices the joints are the same whether a program regresses them from the neutral shape or, as some do,
    from the shape with its expression.
    """
    regressor = np.zeros((len(joints), len(template)))
    for j, position in enumerate(joints):
        if j in (LEFT_EYE, RIGHT_EYE):
            near = sculpt["part_eyeball_L" if j == LEFT_EYE else "part_eyeball_R"]
        else:
            candidates = np.intersect1d(np.flatnonzero(still), sculpt["part_skin"])
            distance = np.linalg.norm(template[candidates] - position, axis=1)
            near = candidates[distance <= np.sort(distance)[min(400, len(distance)) - 1] + 1e-7]
        # smallest |w| with sum(w) = 1 and sum(w v) = joint
        system = np.vstack([np.ones(len(near)), (template[near] - position).T])
        regressor[j, near] = np.linalg.pinv(system) @ [1, 0, 0, 0]
    return regressor


def _contact_line(ring: Array, mirror: Array) -> Array:
    """Upper and lower vertices (2, P) that meet when the lips are closed, from right to left, corners left out.

    `ring` (2, K) runs from the middle to the left corner, where both lips share one vertex.
    """
    left = ring[:, :-1]
    return np.concatenate([mirror[left[:, :0:-1]], left], 1)


def _lower_lip(rings: Array, sculpt: dict[str, Array]) -> Array:
    """Red and inner side of the lower lip as far out as the upper incisors reach."""
    lower = np.union1d(sculpt["part_lips_lower"], rings[:, 1])
    lower = np.union1d(lower, sculpt["sym"][lower])
    upper = np.union1d(sculpt["part_lips_upper"], rings[:, 0])
    lower = np.setdiff1d(lower, np.union1d(upper, sculpt["sym"][upper]))
    return lower[np.abs(sculpt["v_template"][lower, 0]) <= _INCISORS]


def _biting_edge(template: Array, sculpt: dict[str, Array]) -> Array:
    """The lowest vertex of every column of the four upper incisors, from right to left."""
    names = list(sculpt["material_names"])
    teeth = np.unique(sculpt["quads"][sculpt["material"] == names.index("teeth")])
    teeth = np.intersect1d(teeth, sculpt["part_teeth_upper"])
    teeth = teeth[np.abs(template[teeth, 0]) <= _INCISORS]
    teeth = teeth[template[teeth, 1] <= template[teeth, 1].min() + 0.0006]
    edge: list[int] = []
    for v in teeth[np.argsort(template[teeth, 1], kind="stable")]:
        if all(abs(template[v, 0] - template[e, 0]) > 0.0005 for e in edge):
            edge.append(int(v))
    edge.sort(key=lambda e: template[e, 0])
    return np.array(edge, np.int32)


def read_sculpt() -> dict[str, Array]:
    with np.load(SCULPT, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def main() -> None:
    arrays = build(read_sculpt())
    write_whole(DEFAULT_HEAD, lambda file: np.savez_compressed(file, **arrays))
    print(f"{DEFAULT_HEAD}: {DEFAULT_HEAD.stat().st_size / 1e6:.2f} MB, {len(arrays['v_template'])} vertices")


if __name__ == "__main__":
    main()
