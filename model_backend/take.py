# SPDX-License-Identifier: GPL-3.0-or-later
"""The take file: one performance as FLAME coefficients, with where it came from.

numpy and the standard library only: Blender's side reads takes with this module too. The file is what
`numpy.savez` writes, without pickles, so that nothing in it can run code. Coefficients are the take;
`controls` and `landmarks` are computed from them by the head model and stored for other programs.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .controls import CONTROLS
from .errors import JobError

FloatArray = NDArray[np.float32]

EXPRESSION_SIZE = 50
POSE_SIZE = 15
JOINTS = ("global", "neck", "jaw", "left_eye", "right_eye")
"""FLAME's joint order; `pose` holds one axis-angle vector (radians) for each."""


@dataclass(frozen=True)
class FaceMotion:
    """FLAME coefficients over time.

    `expression` (T, 50), `pose` (T, 15; axis-angle radians in the order of `JOINTS`), `eyelids` (T, 2;
    left, right; 0 open, 1 closed), `tongue` (T, n), all float32; frame i lies at i / fps seconds.
    """

    fps: float
    expression: FloatArray
    pose: FloatArray
    eyelids: FloatArray
    tongue: FloatArray

    @property
    def frames(self) -> int:
        return len(self.expression)

    def joint(self, name: str) -> FloatArray:
        """Axis-angle curve (T, 3) of one joint, a view."""
        i = 3 * JOINTS.index(name)
        return self.pose[:, i : i + 3]


@dataclass(frozen=True)
class Take:
    """A `FaceMotion` with the face it makes and its history."""

    motion: FaceMotion
    controls: FloatArray
    """(T, 68) in the order of `controls.CONTROLS`."""
    landmarks: FloatArray
    """(T, 68, 3) metres, iBUG order, on the neutral identity, without global and neck pose."""
    phones: tuple[Mapping[str, Any], ...] = ()
    """`{"phone", "start", "end", "confidence"}` each, ARPAbet, seconds."""
    instructions: tuple[Mapping[str, Any], ...] = ()
    """`{"start", "end", "text", "intensity"}` each."""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """What made the take: sound hash, seed, versions, head model."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file whole or not at all. Raises `JobError` where it cannot be written."""
        arrays = {
            "fps": np.float32(self.motion.fps),
            "expression": self.motion.expression,
            "pose": self.motion.pose,
            "eyelids": self.motion.eyelids,
            "tongue": self.motion.tongue,
            "controls": self.controls,
            "control_names": np.array(CONTROLS),
            "landmarks": self.landmarks,
            "phones": np.array(json.dumps(list(map(dict, self.phones)))),
            "instructions": np.array(json.dumps(list(map(dict, self.instructions)))),
            "provenance": np.array(json.dumps(dict(self.provenance))),
        }
        write_whole(path, lambda file: np.savez(file, **arrays))


def write_whole(path: str | os.PathLike[str], write: Any) -> None:
    """Call `write(binary file)` on a temporary file beside `path`, then move it into place.

    Raises `JobError` for a folder that is missing, read-only or full; `path` is then as it was.
    """
    target = Path(path)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise JobError(
            f"Could not write {target}: {reason}. Choose a folder that exists, has room and may be written to."
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def load_take(path: str | os.PathLike[str]) -> Take:
    """Read and check a take file. Raises `JobError` naming what is wrong with it."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except FileNotFoundError as error:
        raise JobError(f"There is no take file at {path}.") from error
    except Exception as error:  # zip and header parsing raise a dozen kinds for damaged files
        raise JobError(
            f"{path} is not a take file: it cannot be read as .npz. Choose one that AVI Talking wrote."
        ) from error
    return _take_from_arrays(arrays, str(path))


def _take_from_arrays(arrays: Mapping[str, NDArray[Any]], name: str) -> Take:
    def fail(what: str) -> JobError:
        return JobError(f"{name} is not a usable take file: {what}. Generate it again or choose another.")

    def curve(key: str, *shape: int | None) -> FloatArray:
        if key not in arrays:
            raise fail(f"it has no '{key}'")
        array = arrays[key]
        expected = tuple(shape)
        if array.ndim != len(expected) or any(
            e is not None and e != s for e, s in zip(expected, array.shape, strict=True)
        ):
            raise fail(f"'{key}' has shape {array.shape}")
        if array.dtype.kind not in "fiu":
            raise fail(f"'{key}' does not hold numbers")
        array = array.astype(np.float32)
        if not np.isfinite(array).all():
            raise fail(f"'{key}' holds values that are not finite")
        return array

    def text(key: str, kind: type) -> Any:
        if key not in arrays:
            return kind()
        try:
            value = json.loads(str(arrays[key][()]))
        except (json.JSONDecodeError, RecursionError) as error:
            raise fail(f"'{key}' is not JSON") from error
        if not isinstance(value, kind) or (kind is list and not all(isinstance(v, dict) for v in value)):
            raise fail(f"'{key}' has the wrong form")
        return value

    fps = float(curve("fps"))
    if not 1.0 <= fps <= 1000.0:
        raise fail(f"its frame rate is {fps:g}")
    expression = curve("expression", None, EXPRESSION_SIZE)
    frames = len(expression)
    if frames == 0:
        raise fail("it has no frames")
    motion = FaceMotion(
        fps, expression, curve("pose", frames, POSE_SIZE), curve("eyelids", frames, 2), curve("tongue", frames, None)
    )
    return Take(
        motion=motion,
        controls=_by_name(curve("controls", frames, None), arrays.get("control_names"), fail),
        landmarks=curve("landmarks", frames, 68, 3),
        phones=tuple(text("phones", list)),
        instructions=tuple(text("instructions", list)),
        provenance=text("provenance", dict),
    )


def _by_name(controls: FloatArray, names: NDArray[Any] | None, fail: Any) -> FloatArray:
    """Columns put into the order of `CONTROLS`; controls that the file lacks stay at 0."""
    if names is None or names.ndim != 1 or len(names) != controls.shape[1] or names.dtype.kind != "U":
        raise fail("'control_names' does not name the columns of 'controls'")
    position = {str(name): i for i, name in enumerate(names)}
    ordered = np.zeros((len(controls), len(CONTROLS)), np.float32)
    for column, name in enumerate(CONTROLS):
        if name in position:
            ordered[:, column] = controls[:, position[name]]
    return ordered
