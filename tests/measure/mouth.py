# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances at the mouth, read off the mesh that Blender evaluates. Needs bpy.

Everything is found on the head in the scene: landmark ids from the custom property that the add-on stores, the
lower lip and the upper teeth from its vertex groups. Nothing of the head model's own measures is used, so that
an error there shows here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

INNER_PAIRS = ((61, 67), (62, 66), (63, 65))
"""iBUG-68 landmarks of the inner lips that face each other, upper and lower."""

INCISORS = 0.012
"""Metres left and right of the middle that the upper incisors take."""

MILLIMETRES = 1000.0


@dataclass(frozen=True)
class MouthCurves:
    """Distances at each frame, frame i at i / fps seconds of the sound, millimetres."""

    fps: float
    gap: FloatArray
    """(T,) between the inner lips: the widest of the three inner landmark pairs."""
    seam: FloatArray
    """(T,) between the lips: the widest along the whole contact line, corner to corner."""
    teeth: FloatArray
    """(T,) from the lower lip, its inner side included, to the biting edge of the upper incisors."""

    @property
    def frames(self) -> int:
        return len(self.gap)


class MouthGauge:
    """Measures one head that the add-on built."""

    def __init__(self, head: Any) -> None:
        description = head["avi_talking_head"].to_dict()
        landmarks = np.array(description["landmarks"])
        self._head = head
        self._upper = landmarks[[pair[0] for pair in INNER_PAIRS]]
        self._lower = landmarks[[pair[1] for pair in INNER_PAIRS]]
        self._seam = np.array(description["upper_lip"]), np.array(description["lower_lip"])
        self._lip = _with_neighbours(head, _group(head, "lips_lower"))
        self._edge = _biting_edge(_rest(head), _group(head, "teeth_upper"))

    def measure(self, scene: Any, start_frame: int, frames: int) -> MouthCurves:
        """Play `frames` frames of `scene` from `start_frame` on and measure the evaluated mesh at each."""
        import bpy

        count = len(self._head.data.vertices)
        points = np.empty(3 * count, np.float32)
        rows = np.empty((frames, 3))
        for i in range(frames):
            scene.frame_set(start_frame + i)
            mesh = self._head.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
            if len(mesh.vertices) != count:
                raise ValueError("A modifier changes the head's vertex count: the landmark ids no longer hold.")
            mesh.vertices.foreach_get("co", points)
            rows[i] = self._distances(points.reshape(-1, 3).astype(np.float64))
        return MouthCurves(scene.render.fps / scene.render.fps_base, *(MILLIMETRES * rows.T))

    def _distances(self, points: FloatArray) -> tuple[float, float, float]:
        gap = np.linalg.norm(points[self._upper] - points[self._lower], axis=1).max()
        seam = np.linalg.norm(points[self._seam[0]] - points[self._seam[1]], axis=1).max()
        return gap, seam, distance_to_line(points[self._lip], points[self._edge])


def distance_to_line(points: FloatArray, line: FloatArray) -> float:
    """Smallest distance from any of `points` (P, 3) to the polyline through `line` (K, 3)."""
    start, along = line[:-1], np.diff(line, axis=0)
    offset = points[:, None] - start
    place = np.clip((offset * along).sum(2) / np.maximum((along**2).sum(1), 1e-18), 0.0, 1.0)
    return float(np.linalg.norm(offset - place[..., None] * along, axis=2).min())


def _rest(head: Any) -> FloatArray:
    basis = np.empty(3 * len(head.data.vertices), np.float32)
    head.data.shape_keys.reference_key.points.foreach_get("co", basis)
    return basis.reshape(-1, 3).astype(np.float64)


def _group(head: Any, name: str) -> NDArray[np.intp]:
    index = head.vertex_groups[name].index
    return np.array([v.index for v in head.data.vertices if any(g.group == index and g.weight > 0 for g in v.groups)])


def _with_neighbours(head: Any, vertices: NDArray[np.intp]) -> NDArray[np.intp]:
    """`vertices` and those one edge away: the red of the lip and the beginning of its inner side, which meets teeth."""
    edges = np.empty(2 * len(head.data.edges), np.int32)
    head.data.edges.foreach_get("vertices", edges)
    edges = edges.reshape(-1, 2)
    return np.unique(np.concatenate([vertices, edges[np.isin(edges, vertices).any(1)].ravel()]))


def _biting_edge(points: FloatArray, teeth: NDArray[np.intp]) -> NDArray[np.intp]:
    """The lowest vertex of the upper teeth in each millimetre from side to side, right to left (Blender's -X to X)."""
    incisors = teeth[np.abs(points[teeth, 0]) <= INCISORS]
    column = np.round(points[incisors, 0] * MILLIMETRES).astype(int)
    lowest = [incisors[column == c][np.argmin(points[incisors[column == c], 2])] for c in np.unique(column)]
    deepest = points[lowest, 2].min()
    # Columns between two teeth hold only vertices higher up: they are not part of the edge.
    return np.array([vertex for vertex in lowest if points[vertex, 2] < deepest + 0.0015])
