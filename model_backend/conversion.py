# SPDX-License-Identifier: GPL-3.0-or-later
"""A take as a table of named channels, for other programs: .npz, .csv or .json."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .controls import ARKIT
from .errors import JobError
from .take import JOINTS, Take, write_whole

VISEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "sil": ("SIL",),
    "PP": ("P", "B", "M"),
    "FF": ("F", "V"),
    "TH": ("TH", "DH"),
    "DD": ("T", "D"),
    "kk": ("K", "G", "NG"),
    "CH": ("CH", "JH", "SH", "ZH"),
    "SS": ("S", "Z"),
    "nn": ("N", "L"),
    "RR": ("R", "ER"),
    "aa": ("AA", "AH", "AE", "AY", "AW"),
    "E": ("EH", "EY"),
    "I": ("IH", "IY", "Y", "HH"),
    "O": ("AO", "OW", "OY"),
    "U": ("UH", "UW", "W"),
}
"""The 15 Oculus / OpenXR visemes (XrFaceTrackingVisemeMETA) and the ARPAbet phones that each shows."""

CROSSFADE: Final = 0.08
"""Seconds in which one viseme hands over to the next, the middle of Rhubarb's 40-120 ms transitions."""


def table(take: Take, to: str) -> tuple[list[str], NDArray[np.float32]]:
    """Channel names and values (T, channels) of a take as `flame`, `arkit` or `visemes`."""
    motion = take.motion
    if to == "flame":
        names = [f"expression_{i:02d}" for i in range(motion.expression.shape[1])]
        names += [f"{joint}_{axis}" for joint in JOINTS for axis in "xyz"]
        names += ["eyelid_left", "eyelid_right"]
        names += [f"tongue_{i:02d}" for i in range(motion.tongue.shape[1])]
        return names, np.hstack([motion.expression, motion.pose, motion.eyelids, motion.tongue])
    if to == "arkit":
        return list(ARKIT), take.controls[:, : len(ARKIT)]
    if to == "visemes":
        return [f"viseme_{name}" for name in VISEMES], _visemes(take)
    raise JobError(f"There is no conversion to '{to}'. Choose flame, arkit or visemes.")


def _visemes(take: Take) -> NDArray[np.float32]:
    times = np.arange(take.motion.frames) / take.motion.fps
    column = {phone: i for i, phones in enumerate(VISEMES.values()) for phone in phones}
    weights = np.zeros((len(times), len(VISEMES)), np.float32)
    for phone in take.phones:
        label, start, end = phone.get("phone"), phone.get("start"), phone.get("end")
        if label not in column or not isinstance(start, int | float) or not isinstance(end, int | float):
            raise JobError("The take's phones are damaged. Generate the take again.")
        # Linear ramps centred on the boundaries, so that neighbours add up to 1.
        rise = np.clip((times - start) / CROSSFADE + 0.5, 0, 1)
        fall = np.clip((end - times) / CROSSFADE + 0.5, 0, 1)
        i = column[label]
        weights[:, i] = np.maximum(weights[:, i], np.minimum(rise, fall))
    total = weights.sum(axis=1, keepdims=True)
    weights[:, 0] += np.where(total[:, 0] == 0, 1, 0)
    return weights / np.where(total > 0, total, 1.0)  # ramps are cut off at both ends of the clip


def convert(take: Take, to: str, output: Path) -> None:
    """Write `take` as `to` into `output`; its suffix chooses the format. Raises `JobError`."""
    names, values = table(take, to)
    fps = float(take.motion.fps)
    write: Any
    match output.suffix.lower():
        case ".npz":
            write = lambda file: np.savez(file, fps=np.float32(fps), names=np.array(names), values=values)  # noqa: E731
        case ".csv":
            text = io.StringIO()
            rows = csv.writer(text, lineterminator="\n")
            rows.writerow(["frame", "seconds", *names])
            for i, row in enumerate(values):
                rows.writerow([i, f"{i / fps:.6f}", *(f"{v:.6f}" for v in row)])
            write = lambda file: file.write(text.getvalue().encode())  # noqa: E731
        case ".json":
            frames = [[round(float(v), 6) for v in row] for row in values]
            data = json.dumps({"fps": fps, "names": names, "frames": frames}).encode()
            write = lambda file: file.write(data)  # noqa: E731
        case suffix:
            raise JobError(f"Files of the kind '{suffix}' cannot be written. Name the output .npz, .csv or .json.")
    write_whole(output, write)
