# SPDX-License-Identifier: GPL-3.0-or-later
"""Where eyes, nose, mouth and chin are on a head in FLAME's format, from its geometry and its joints alone.

FLAME's landmark embeddings come under FLAME's own licence and fit FLAME's own mesh only. Here the same is found from
the file: the eyes around their joints, the mouth where the mesh parts when the jaw turns, the rest by the
profile. The same search on the default head gives points that correspond; a smooth warp through them carries all 68
landmarks over. numpy only.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..take import JOINTS
from .skinning import joint_transforms, pose_features, rotation_matrices

Array = NDArray[Any]

JAW, LEFT_EYE, RIGHT_EYE = (JOINTS.index(n) for n in ("jaw", "left_eye", "right_eye"))
_TEST_PITCH = 0.2
"""Jaw rotation in radians that shows where the lips part; it opens a mouth by about 15 mm."""


class FaceNotFoundError(Exception):
    """What of a face could not be found, as the end of a sentence that begins with "it"."""


@dataclass(frozen=True)
class Face:
    """What was found. Vertex ids, each side from the character's right to the left."""

    upper_lip: Array
    """(P,) the contact line of the upper lip without the corners."""
    lower_lip: Array
    """(P,) the vertices they meet."""
    corners: Array
    """(2,) right and left corner of the mouth."""
    eyelids: tuple[Array, Array]
    """Edges of the right and the left eye's opening, any order."""
    anchors: Array
    """(K, 3) points that correspond from head to head."""
    skin: Array
    """The vertices of the head's skin."""
    jaw_share: Array
    """(N,) how much of the jaw's rotation each vertex takes part in, about 0..1."""


class _Search:
    """Geometry in units of the distance between the eyes, with the origin between them."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.template = fields["template"].astype(np.float64)
        self.weights = fields["weights"].astype(np.float64)
        self.joints = fields["joint_regressor"].astype(np.float64) @ self.template
        across = self.joints[LEFT_EYE] - self.joints[RIGHT_EYE]
        self.unit = float(np.linalg.norm(across))
        if not 0.005 < self.unit < 5 or across[0] < 0.9 * self.unit:
            raise FaceNotFoundError("has no two eyes side by side along +X, as FLAME's heads have")
        self.origin = (self.joints[LEFT_EYE] + self.joints[RIGHT_EYE]) / 2
        self.points = (self.template - self.origin) / self.unit
        self.edges = _edges(fields["triangles"])
        self.eyeball = {j: np.flatnonzero(self.weights[:, j] > 0.5) for j in (LEFT_EYE, RIGHT_EYE)}
        loose = self.weights[:, LEFT_EYE:].sum(1) < 0.5
        self.skin = _largest_component(len(self.template), self.edges, loose)
        self.on_skin = np.zeros(len(self.template), bool)
        self.on_skin[self.skin] = True
        self.skin_corners = self.points[fields["triangles"][self.on_skin[fields["triangles"]].all(1)]]
        self.neighbours = _neighbours(self.template, self.edges[self.on_skin[self.edges].all(1)])
        self.jaw_share = self._jaw_share(fields)

    def _jaw_share(self, fields: Mapping[str, Any]) -> Array:
        pose = np.zeros((1, 5, 3))
        pose[0, JAW, 0] = _TEST_PITCH
        rotations = rotation_matrices(pose)
        shaped = self.template + fields["posedirs"].astype(np.float64) @ pose_features(rotations)[0]
        linear, offset = joint_transforms(rotations, self.joints, fields["parents"])
        moved = np.einsum("nj,jab,nb->na", self.weights, linear[0], shaped) + self.weights @ offset[0]
        rigid = (self.template - self.joints[JAW]) @ (rotations[0, JAW] - np.eye(3)).T
        return ((moved - self.template) * rigid).sum(1) / np.maximum((rigid**2).sum(1), (1e-4 * self.unit) ** 2)

    def within(self, x: float, bottom: float, top: float, front: float = -np.inf) -> Array:
        """Skin vertices with |x| < `x`, `bottom` < y < `top` and z > `front`."""
        p = self.points[self.skin]
        return self.skin[(np.abs(p[:, 0]) < x) & (p[:, 1] > bottom) & (p[:, 1] < top) & (p[:, 2] > front)]


def find_face(fields: Mapping[str, Any]) -> Face:
    """The face of a head given as the fields of `HeadModel`. Raises `FaceNotFoundError`."""
    search = _Search(fields)
    upper, lower = _contact_line(search)
    corners = np.array([_corner(search, upper[i], lower[i]) for i in (0, -1)])
    eyelids = (_eyelid_edge(search, RIGHT_EYE), _eyelid_edge(search, LEFT_EYE))
    return Face(
        upper,
        lower,
        corners,
        eyelids,
        _anchors(search, upper, lower, corners, eyelids),
        search.skin,
        search.jaw_share,
    )


def _contact_line(search: _Search) -> tuple[Array, Array]:
    """Vertices of the lips that face each other: near in space, moved apart by the jaw, far along the mesh."""
    region = search.within(0.7, -1.7, -0.4, front=0.0)
    share = search.jaw_share[region]
    above, below = region[share < 0.5], region[share >= 0.5]
    if not len(above) or not len(below):
        raise FaceNotFoundError("has no mouth in front that its jaw opens")
    distance = np.linalg.norm(search.points[above][:, None] - search.points[below][None], axis=2)
    nearest_below, nearest_above = distance.argmin(1), distance.argmin(0)
    mutual = np.flatnonzero(nearest_above[nearest_below] == np.arange(len(above)))
    upper, lower = above[mutual], below[nearest_below[mutual]]
    gap = distance[mutual, nearest_below[mutual]]
    parted = search.jaw_share[lower] - search.jaw_share[upper] > 0.3
    upper, lower, gap = upper[parted & (gap < 0.12)], lower[parted & (gap < 0.12)], gap[parted & (gap < 0.12)]
    # Skin that merely stretches is as long along the mesh as it is in space.
    slit = [
        _path(search, int(u), int(v), limit=3 * g * search.unit + 0.08 * search.unit) is None
        for u, v, g in zip(upper, lower, gap, strict=True)
    ]
    upper, lower, gap = upper[slit], lower[slit], gap[slit]
    # Lips touch along a band; what is seen is its front, one pair of vertices beside the other.
    middle = (search.points[upper] + search.points[lower]) / 2
    if len(middle):
        beside = np.abs(middle[:, None, 0] - middle[None, :, 0]) < 0.04
        touching = np.flatnonzero(gap < np.where(beside, gap, np.inf).min(1) + 0.003)
        seen: list[int] = []
        for i in touching[np.argsort(-middle[touching, 2], kind="stable")]:
            if all(abs(middle[i, 0] - middle[k, 0]) > 0.015 for k in seen):
                seen.append(int(i))
        upper, lower, middle = upper[seen], lower[seen], middle[seen]
    if len(upper) < 5 or middle[:, 0].min() > -0.1 or middle[:, 0].max() < 0.1:
        raise FaceNotFoundError("has no lips that meet in its neutral shape and part when its jaw turns")
    order = np.argsort(middle[:, 0])
    return upper[order], lower[order]


def _corner(search: _Search, upper: int, lower: int) -> int:
    """The vertex farthest to the side on the way along the mesh from the last upper to the last lower vertex."""
    path = _path(search, int(upper), int(lower), limit=np.inf)
    if path is None:
        raise FaceNotFoundError("has lips that are not joined at the corners of the mouth")
    return max(path, key=lambda v: abs(search.points[v, 0]))


def _eyelid_edge(search: _Search, joint: int) -> Array:
    """The skin around an eye's opening that is nearest to its middle in every direction."""
    ball = search.eyeball[joint]
    if len(ball) < 8:
        raise FaceNotFoundError("has no eyeballs that turn with its eye joints")
    centre = search.points[ball].mean(0)
    radius = float(np.linalg.norm(search.points[ball] - centre, axis=1).mean())
    p = search.points[search.skin] - centre
    near = (np.hypot(p[:, 0], p[:, 1]) < 1.6 * radius) & (p[:, 2] > 0.15 * radius) & (p[:, 2] < 2 * radius)
    candidates = search.skin[near]
    if len(candidates) < 12:
        raise FaceNotFoundError("has no eyelids around its eyes")
    middle = centre[:2]
    edge = candidates
    sectors = 16
    for _ in range(3):
        offset = search.points[candidates, :2] - middle
        sector = np.floor(np.arctan2(offset[:, 1], offset[:, 0]) / (2 * np.pi) * sectors).astype(int) % sectors
        reach = np.linalg.norm(offset, axis=1)
        edge = np.array(
            [candidates[sector == s][reach[sector == s].argmin()] for s in range(sectors) if (sector == s).any()]
        )
        middle = (search.points[edge, :2].min(0) + search.points[edge, :2].max(0)) / 2
    # Seen from the middle the corners lie behind their neighbours: go round along the mesh.
    loop: set[int] = set()
    for start, end in zip(edge, np.roll(edge, -1), strict=True):
        loop.update(_path(search, int(start), int(end), limit=4 * radius * search.unit) or ())
    return np.array(sorted(loop))


def _anchors(search: _Search, upper: Array, lower: Array, corners: Array, eyelids: tuple[Array, Array]) -> Array:
    points = search.points
    found: list[Array] = []
    for edge in eyelids:
        p = points[edge]
        found += [p[p[:, i].argmin()] for i in (0, 1)] + [p[p[:, i].argmax()] for i in (0, 1)]
    middle = int(np.abs(points[upper, 0] - points[corners, 0].mean()).argmin())
    mouth = (points[upper[middle]] + points[lower[middle]]) / 2
    found += [points[corners[0]], points[corners[1]], mouth]

    tall = -mouth[1]  # from the eyes to the mouth
    sideways = search.skin_corners[:, :, 0]
    middle_strip = search.skin_corners[(sideways.min(1) <= 0) & (sideways.max(1) >= 0)]
    heights = np.arange(-2 * tall, 1.1 * tall, 0.01 * tall)[::-1]
    profile = np.array(
        [
            [0, y, depths.max()]
            for y in heights
            if len(depths := _crossings(middle_strip, 2, (0.0, y))) and depths.max() > 0
        ]
    )

    def between(bottom: float, top: float) -> Array:
        part = profile[(profile[:, 1] > bottom) & (profile[:, 1] < top)] if len(profile) else profile
        if not len(part):
            raise FaceNotFoundError("has a face in which nose, chin or forehead cannot be found")
        return part

    def behind(part: Array) -> Array:
        """How far each point of a stretch of the profile lies behind the line from its first to its last, in a measure
        by which the farthest is the same whatever the face's proportions."""
        line = part[-1] - part[0]
        return (part - part[0]) @ [0, -line[2], line[1]]

    def hollow(top: Array, bottom: Array) -> Array:
        part = between(bottom[1] - 1e-6, top[1] + 1e-6)
        return part[behind(part).argmax()]

    def foremost(part: Array) -> Array:
        return part[part[:, 2].argmax()]

    tip = foremost(between(0.85 * mouth[1], -0.1 * tall))
    upper_lip = foremost(between(mouth[1], 0.8 * mouth[1]))
    lower_lip = foremost(between(1.25 * mouth[1], mouth[1]))
    jaw = between(2 * mouth[1], lower_lip[1] + 1e-6)
    chin = jaw[behind(jaw).argmin()]
    forehead = between(0.85 * tall, tall)[-1]
    found += [tip, chin, forehead, hollow(forehead, tip), hollow(tip, upper_lip), hollow(lower_lip, chin)]
    # how wide the face is at the height of eyes, nose and mouth
    for y, z in ((0.0, -0.15 * tip[2]), (tip[1], -0.15 * tip[2]), (mouth[1], -0.6 * tip[2])):
        across = _crossings(search.skin_corners, 0, (y, z))
        if not len(across) or across.min() > -0.2 or across.max() < 0.2:
            raise FaceNotFoundError("has a face without cheeks")
        found += [np.array([across.min(), y, z]), np.array([across.max(), y, z])]
    return np.array(found) * search.unit + search.origin


def _crossings(triangles: Array, axis: int, place: tuple[float, float]) -> Array:
    """Coordinates along an axis at which a line parallel to it meets triangles given by their corners (F, 3, 3);
    `place`: its other two coordinates."""
    others = [i for i in range(3) if i != axis]
    flat = triangles[:, :, others]
    near = ((flat.min(1) <= place) & (flat.max(1) >= place)).all(1)
    a, b, c = triangles[near].transpose(1, 0, 2)
    u, v, w = (b - a)[:, others], (c - a)[:, others], np.array(place) - a[:, others]
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    solid = np.abs(area) > 1e-12
    s = (w[:, 0] * v[:, 1] - w[:, 1] * v[:, 0])[solid] / area[solid]
    t = (u[:, 0] * w[:, 1] - u[:, 1] * w[:, 0])[solid] / area[solid]
    inside = (s > -1e-9) & (t > -1e-9) & (s + t < 1 + 1e-9)
    along = a[solid, axis] + s * (b - a)[solid, axis] + t * (c - a)[solid, axis]
    return along[inside]


def _edges(triangles: Array) -> Array:
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return np.unique(np.sort(pairs, axis=1), axis=0)


def _largest_component(count: int, edges: Array, allowed: Array) -> Array:
    """The largest set of `allowed` vertices that edges join."""
    edges = edges[allowed[edges].all(1)]
    label = np.arange(count)
    while True:
        lowest = label.copy()
        np.minimum.at(lowest, edges[:, 0], label[edges[:, 1]])
        np.minimum.at(lowest, edges[:, 1], label[edges[:, 0]])
        lowest = lowest[lowest]
        if (lowest == label).all():
            break
        label = lowest
    used = np.zeros(count, bool)
    used[edges.ravel()] = True
    if not used.any():
        raise FaceNotFoundError("has no skin")
    label[~used] = -1
    return np.flatnonzero(label == np.bincount(label[used]).argmax())


def _neighbours(template: Array, edges: Array) -> dict[int, list[tuple[int, float]]]:
    lengths = np.linalg.norm(template[edges[:, 0]] - template[edges[:, 1]], axis=1)
    result: dict[int, list[tuple[int, float]]] = {}
    for (a, b), length in zip(edges.tolist(), lengths.tolist(), strict=True):
        result.setdefault(a, []).append((b, length))
        result.setdefault(b, []).append((a, length))
    return result


def _path(search: _Search, start: int, end: int, limit: float) -> list[int] | None:
    """The shortest way along edges (Dijkstra), None where it is longer than `limit`."""
    queue = [(0.0, start)]
    before: dict[int, int] = {}
    best = {start: 0.0}
    while queue:
        length, vertex = heapq.heappop(queue)
        if vertex == end:
            path = [end]
            while path[-1] != start:
                path.append(before[path[-1]])
            return path
        if length > best[vertex]:
            continue
        for neighbour, step in search.neighbours.get(vertex, ()):
            reached = length + step
            if reached <= limit and reached < best.get(neighbour, np.inf):
                best[neighbour] = reached
                before[neighbour] = vertex
                heapq.heappush(queue, (reached, neighbour))
    return None
