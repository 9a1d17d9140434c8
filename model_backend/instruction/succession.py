# SPDX-License-Identifier: GPL-3.0-or-later
"""Successive states: "from … to …", "then", "at first …", and what holds throughout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from .scanner import Item
from .tagging import JOINS


@dataclass
class Segments:
    states: list[list[Item]]
    common: list[Item]


def _has_content(items: Iterable[Item]) -> bool:
    return any(
        "meaning" in i.senses or "cue" in i.senses or ("move" in i.senses and i.kind in ("", "move")) for i in items
    )


def segments(items: list[Item]) -> Segments:
    """Cut the items into successive states, and those that hold throughout."""
    common, items = _throughout(items)
    for i, item in enumerate(items):
        if item.kind != "from":
            continue
        stop = next(
            (
                k
                for k in range(i + 1, len(items))
                if ("to" in items[k].senses or items[k].kind == "next")
                and _has_content(items[i + 1 : k])
                and _has_content(items[k + 1 :])
            ),
            None,
        )
        if stop is None:
            continue
        item.used = items[stop].used = True
        rest = _by_next(items[stop + 1 :])
        return Segments([items[i + 1 : stop], *rest], common + items[:i])
    return Segments(_by_next(items), common)


def _throughout(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """Chunks that say they hold all the time, and the other items."""
    for i, item in enumerate(items):
        if item.kind == "always":
            start = next(
                (k + 1 for k in range(i - 1, -1, -1) if items[k].kind in JOINS or items[k].kind == "next"),
                0,
            )
            stop = next((k for k in range(i + 1, len(items)) if items[k].kind in JOINS), len(items))
            if _has_content(items[start:stop]) and (_has_content(items[:start]) or _has_content(items[stop:])):
                item.used = True
                return items[start:stop], items[:start] + items[stop:]
    return [], items


def _by_next(items: list[Item]) -> list[list[Item]]:
    """Cut at "then", "later", "becomes" where there is something before and after."""
    cuts: list[int] = []
    start = 0
    for i, item in enumerate(items):
        if item.kind == "next_anywhere":
            boundary = next((k for k in range(i - 1, start, -1) if items[k].kind in JOINS), start)
            cut = boundary if _has_content(items[boundary:i]) and boundary > start else i
        elif item.kind == "next":
            cut = i
        else:
            continue
        if _has_content(items[start:cut]) and _has_content(items[cut:]):
            cuts.append(cut)
            start = cut
            item.used = True
    if not cuts:
        return _by_first(items)
    bounds = [0, *cuts, len(items)]
    return [items[a:b] for a, b in pairwise(bounds)]


def _by_first(items: list[Item]) -> list[list[Item]]:
    """ "At first calm, but furious …" and "after a moment of calm, furious" without any word for the second."""
    for i, item in enumerate(items):
        if item.kind not in ("first", "after"):
            continue
        kinds = ("but",) if item.kind == "first" else ("but", "comma", "break")
        cut = next((k for k in range(i + 1, len(items)) if items[k].kind in kinds), None)
        if cut is not None and _has_content(items[i:cut]) and _has_content(items[cut:]):
            item.used = True
            return [items[:cut], items[cut:]]
        if item.kind == "after" and _has_content(items[:i]) and _has_content(items[i:]):
            item.used = True
            return [items[i:], items[:i]]
    return [items]
