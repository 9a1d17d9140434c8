# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures of the mouth on the mesh: how far the lips are apart, how near the lower lip is to the upper teeth.

They are taken without global and neck pose, in metres, and are the yardsticks for the closures of /p b m/ and
the lip-to-teeth contacts of /f v/ (JALI §4.2: hard constraints).
"""

from __future__ import annotations

import numpy as np

from ..take import FaceMotion, FloatArray
from .model import HeadModel

INNER_PAIRS = ((61, 67), (62, 66), (63, 65))
"""iBUG landmarks of the inner lips that face each other: upper, lower."""


def lip_gaps(head: HeadModel, motion: FaceMotion) -> FloatArray:
    """Distance (T, P) between each upper vertex of the contact line and the lower vertex that it meets.

    The plain distance: 0 where the two vertices coincide. Lips that slide sideways or overlap are as far apart by this
    measure as lips that open; `lip_openings` tells them apart.
    """
    upper, lower = _contact_line(head, motion)
    return np.linalg.norm(upper - lower, axis=2)


def lip_gap(head: HeadModel, motion: FaceMotion) -> FloatArray:
    """The widest of `lip_gaps` in each frame, (T,): 0 for lips that are sealed from corner to corner."""
    return lip_gaps(head, motion).max(1)


def lip_openings(head: HeadModel, motion: FaceMotion) -> FloatArray:
    """Height (T, P) of each upper vertex of the contact line above its lower one; negative where lips overlap."""
    upper, lower = _contact_line(head, motion)
    return (upper - lower)[:, :, 1]


def inner_landmark_gaps(head: HeadModel, motion: FaceMotion) -> FloatArray:
    """Distance (T, 3) between the inner lips at the iBUG landmarks 61/67, 62/66 and 63/65."""
    pairs = np.array(INNER_PAIRS)
    points = head.vertices(motion, head.landmark_ids[pairs.T.ravel()], head_pose=False)
    return np.linalg.norm(points[:, :3] - points[:, 3:], axis=2)


def lower_lip_to_upper_teeth(head: HeadModel, motion: FaceMotion) -> FloatArray:
    """Smallest distance (T,) from any vertex of the lower lip (its red and its inner side) to the biting edge of the
    upper incisors, taken as a line: 0 where the lip lies on the edge."""
    edge = head.lips.upper_teeth_edge.astype(np.float64)
    centre = edge.mean(0)
    lip = head.vertices(motion, head.lips.lower_lip, head_pose=False).reshape(-1, 3) - centre
    start, along = edge[:-1] - centre, np.diff(edge, axis=0)
    # |start + s·along - lip|² with s in 0..1 the nearest place, for all vertices and segments at once
    length = np.maximum((along**2).sum(1), 1e-12)
    reach = lip @ along.T - (start * along).sum(1)
    place = np.clip(reach / length, 0, 1)
    squared = (lip**2).sum(1)[:, None] - 2 * lip @ start.T + (start**2).sum(1) + place * (place * length - 2 * reach)
    return np.sqrt(np.maximum(squared.reshape(motion.frames, -1).min(1), 0)).astype(np.float32)


def _contact_line(head: HeadModel, motion: FaceMotion) -> tuple[FloatArray, FloatArray]:
    points = head.vertices(motion, np.concatenate([head.lips.upper, head.lips.lower]), head_pose=False)
    half = len(head.lips.upper)
    return points[:, :half], points[:, half:]
