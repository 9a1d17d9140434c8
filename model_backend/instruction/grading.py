# SPDX-License-Identifier: GPL-3.0-or-later
"""Degrees: which word each adverb grades, and what that does to a feeling."""

from __future__ import annotations

import numpy as np

from .chunks import Chunk
from .scanner import Item


def graded(amount: float, degree: float | None) -> float:
    """Amount of an emotion word under a degree: "slightly" leaves about half, "very" adds a half."""
    if degree is None:
        return amount
    return clipped(
        amount * float(np.interp(degree, (0.1, 0.3, 0.55, 0.6, 0.85, 1.0), (0.4, 0.55, 0.98, 1.02, 1.45, 1.6)))
    )


def clipped(value: float) -> float:
    return min(max(value, 0.05), 1.0)


_DENYING = frozenset(["not very", "not really", "not particularly", "not exactly", "not especially", "not quite"])


def grade_chunk(chunk: Chunk, after: Chunk | None, before: Chunk | None) -> None:
    """Give each degree of a chunk to the word it grades."""
    targets = sorted((*chunk.moves, *chunk.meanings, *_cues(chunk)), key=lambda item: item.first)
    if any(not _manner(target) for target in targets):
        targets = [target for target in targets if not _manner(target)]
    given: dict[int, list[Item]] = {}
    for degree in chunk.degrees:
        target = _target(degree, targets, chunk)
        if target is None and not targets and not chunk.bound:
            near = [*(after.meanings if after else ()), *(after.moves if after else ())]
            back = [*(before.meanings if before else ()), *(before.moves if before else ())]
            target = (
                near[-1] if near and not degree.text.endswith("ly") else back[-1] if back else near[0] if near else None
            )
            if target is not None and target.degree is not None:
                target = None
        if target is None:
            continue
        degree.used = True
        if (
            " ".join(degree.words) in _DENYING
            and target.kind == "meaning"
            and target.value.emotions
            and not target.value.actions
        ):
            target.negated = True
            continue
        given.setdefault(id(target), []).append(degree)
        target.degree = _together([d.value for d in given[id(target)]])


def _manner(item: Item) -> bool:
    """Words that say only how lively: "smiles slightly in an animated way" has a slight smile."""
    return item.kind == "meaning" and not item.value.emotions and not item.value.actions


def _cues(chunk: Chunk) -> list[Item]:
    return [item for item in chunk.items if item.kind == "cue"]


def _target(degree: Item, targets: list[Item], chunk: Chunk) -> Item | None:
    following = [t for t in targets if t.first > degree.last]
    preceding = [t for t in targets if t.last < degree.first or (t.has_direction and t.first < degree.first)]
    if degree.before_nouns:
        expressive = [t for t in following if t.kind == "meaning" and t.value.actions]
        if expressive:
            return expressive[0]
    if following and not (preceding and _closes(degree, preceding[-1], following[0], chunk)):
        return following[0]
    if degree.looks_forward:
        return None
    return preceding[-1] if preceding else None


def _closes(degree: Item, before: Item, after: Item, chunk: Chunk) -> bool:
    """Whether a degree belongs to what stands before: "brows raised SLIGHTLY lips pressed" has a part between."""
    return any(degree.last < part.first < after.first for part in chunk.parts) and degree.first - before.last == 1


def _together(values: list[float]) -> float:
    """ "very slightly" is less than slightly, "very strongly" more than strongly."""
    value = values[-1]
    for other in values[:-1]:
        if other >= 0.8:
            value = value * 0.7 if value < 0.45 else min(1.0, value + (0.1 if value > 0.7 else 0.2))
        elif other < 0.45 and value >= 0.45:
            value = other
    return value
