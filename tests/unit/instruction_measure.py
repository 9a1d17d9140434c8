# SPDX-License-Identifier: GPL-3.0-or-later
"""The measure of obedience: `tests/data/instructions.json` against any program from words to controls.

An instruction moves what it names by at least `MOVED`, leaves alone what it excludes, and leaves everything
else within `STILL` unless a feeling it names implies it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from model_backend.controls import CONTROLS, INDEX

MOVED, STILL, STEP = 0.08, 0.06, 0.05
TABLE: Mapping[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "instructions.json").read_text("utf-8"))
AXES = ("pitch", "yaw", "roll")


def both(names: list[str]) -> list[str]:
    """Control names, those without a side as left and right."""
    return [full for name in names for full in ([name] if name in INDEX else [name + "Left", name + "Right"])]


def faults(case: Mapping[str, Any], controls: np.ndarray, neck: np.ndarray | None = None) -> list[str]:
    """What is wrong with the controls (68,) and neck (3,) that an instruction gave; empty where it is obeyed."""
    moves, still = both(case["moves"]), both(case.get("still", []))
    implied = [name for feeling in case.get("emotions", []) for name in TABLE["implied"][feeling]]
    free = {*moves, *still, *both(case.get("allow", [])), *both(implied)}
    wrong = [f"{name} {controls[INDEX[name]]:.2f}" for name in moves if controls[INDEX[name]] < MOVED]
    wrong += [f"excluded {name} {controls[INDEX[name]]:.2f}" for name in still if abs(controls[INDEX[name]]) > STILL]
    wrong += [
        f"other {name} {controls[INDEX[name]]:.2f}"
        for name in CONTROLS
        if name not in free and abs(controls[INDEX[name]]) > STILL
    ]
    for axis in case.get("neck", []) if neck is not None else []:
        if neck is not None and float(axis[-1] + "1") * neck[AXES.index(axis[:-1])] < 0.02:
            wrong.append(axis)
    return wrong


def in_order(case: Mapping[str, Any], controls_of: Callable[[str], np.ndarray]) -> bool:
    """Whether a weak, a fair and a strong wording move their control in that order."""
    columns = [INDEX[name] for name in both([case["control"]])]
    weak, fair, strong = (float(np.mean(controls_of(text)[columns])) for text in case["texts"])
    return weak >= MOVED and fair - weak >= STEP and strong - fair >= STEP
