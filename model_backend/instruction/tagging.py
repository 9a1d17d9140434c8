# SPDX-License-Identifier: GPL-3.0-or-later
"""What each phrase of a text is taken for, and parts of the face with the words before them."""

from __future__ import annotations

from .face_words import QUALIFIED
from .scanner import Item
from .slots import Side

JOINS = ("comma", "break", "and", "or", "with", "but")


TIME = ("next", "next_anywhere", "first", "from", "to", "after", "grows", "fades", "always")


def decide_kinds(items: list[Item]) -> None:
    """Settle every item that needs no look at its chunk; the rest keeps kind "" and is settled there."""
    for i, item in enumerate(items):
        if item.kind:
            continue
        senses = item.senses
        following = items[i + 1] if i + 1 < len(items) else None
        if not senses or "passed" in senses:
            item.kind = "passed"
        elif "qualifier" in senses and _qualifies(item, following):
            item.kind, item.value = "qualifier", senses["qualifier"]
        elif "next" in senses or ("next_verb" in senses and _introduces_state(items, i)):
            item.kind = "next"
        elif "only" in senses and following is not None and "degree" in following.senses and _adjacent(item, following):
            item.kind = "passed"  # "just slightly"
        elif set(senses) == {"next_verb"}:
            item.kind = "passed"
        elif len(senses) == 1 or set(senses) <= {"move", "direction"}:
            kind = next(iter(senses))
            item.kind = kind if kind != "direction" else "move"
            item.value = senses[kind]
            if kind == "join":
                item.kind = senses["join"]
        elif "negation" in senses and "meaning" not in senses and "move" not in senses:
            item.kind, item.value = "negation", True
        elif "only" in senses:
            item.kind, item.value = "only", True
        elif "join" in senses and "move" not in senses and "meaning" not in senses:
            item.kind = senses["join"]
        elif "from" in senses and "move" not in senses:
            item.kind = "from"
        elif "next_anywhere" in senses:
            item.kind = "next_anywhere"
        elif "first" in senses:
            item.kind = "first"
        elif "part" in senses and "degree" not in senses:
            item.kind, item.value = "part", senses["part"]


def _adjacent(item: Item, following: Item) -> bool:
    return following.first == item.last + 1


def _qualifies(item: Item, following: Item | None) -> bool:
    """ "lower lip" against "lower the brow"; "inner and outer brow" counts too."""
    if following is None or (item.text != "lower" and item.senses["qualifier"] == "lower" and "move" in item.senses):
        return False
    if item.text != "lower":
        return True
    if following is None:
        return False
    if following.senses.get("part") in ("lip", "lid", "face", "teeth", "jaw"):
        return following.first == item.last + 1
    return "join" in following.senses and not item.active


def _introduces_state(items: list[Item], i: int) -> bool:
    """Whether a verb leads to a feeling: "turns sad" and "melts into a smile" against "turns her head"."""
    bare = items[i].words[0].startswith(("turn", "grow", "grew", "finish"))
    for following in items[i + 1 : i + 5]:
        if "to" in following.senses:
            bare = True
        elif "meaning" in following.senses or "cue" in following.senses:
            return bare and following.kind != "part"
        elif "degree" not in following.senses:
            return False
    return False


def join_parts(items: list[Item]) -> list[Item]:
    """Give each part the qualifiers and sides before it: "left inner and outer brows" is one item of two parts."""
    result: list[Item] = []
    for item in items:
        if item.kind == "part":
            groups = _modifiers(result, item)
            parts: list[tuple[str, Side]] = []
            for sides, qualifiers in groups:
                plain = str(item.value)
                name = QUALIFIED.get((qualifiers[-1], plain), plain) if qualifiers else plain
                own = item.senses.get("part_side")
                for side in sides or ([own] if own else [""]):
                    parts.append((name, side_named(side)))
            item.parts = parts
        result.append(item)
    return result


def side_named(value: str) -> Side:
    return {"left": Side.LEFT, "right": Side.RIGHT, "one": Side.LEFT}.get(value, Side.BOTH)


def _modifiers(before: list[Item], part: Item) -> list[tuple[list[str], list[str]]]:
    """Sides and qualifiers of a part, taken off the end of `before`; one pair for each joined group."""
    groups: list[tuple[list[str], list[str]]] = [([], [])]
    at = len(before)
    next_token = part.first
    kinds: set[str] = set()
    while at > 0:
        item = before[at - 1]
        if item.kind in ("side", "qualifier"):
            if next_token - item.last > 2:
                break
            if item.kind == "side" and (item.value == "other" or item.words[0] in ("to", "on", "off")):
                break
            groups[0][0 if item.kind == "side" else 1].insert(0, item.value)
            kinds.add(item.kind)
            at -= 1
            next_token = item.first
        elif (
            item.kind in ("and", "or", "comma")
            and (groups[0][0] or groups[0][1])
            and at >= 2
            and before[at - 2].kind in kinds
            and before[at - 2].words[0] not in ("to", "on", "off")
            and next_token - before[at - 2].last <= 4
            and not (item.kind == "comma" and before[at - 2].kind == "side")
        ):
            groups.insert(0, ([], []))
            at -= 1
            next_token = item.first
        else:
            break
    for item in before[at:]:
        item.used = True
    sides = groups[0][0]
    for group_sides, _ in groups[1:]:
        if not group_sides:
            group_sides.extend(sides)
    if any("both" in group for group, _ in groups):
        groups = [([], qualifiers) for _, qualifiers in groups]
    taken = before[at:]
    del before[at:]
    part.modifiers = taken
    part.article = "a" if any(i.kind == "side" and i.value == "one" for i in taken) else part.article
    return groups
