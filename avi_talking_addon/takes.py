# SPDX-License-Identifier: GPL-3.0-or-later
"""Take files and the way from one to keys on the head."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import bpy

from ..model_backend.errors import JobError
from ..model_backend.take import Take
from . import keying
from .head import head_description
from .packages import ROOT_PACKAGE
from .rig import FaceRig, Kind, find_rig

KEPT = 50
"""Take files that are kept; the keys in Blender do not need them."""


def new_take_path() -> Path:
    """A path for a new take file. Raises `JobError` where none can be written."""
    try:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        _tidy(folder)
        with tempfile.NamedTemporaryFile(prefix="take_", suffix=".npz", dir=folder, delete=False) as file:
            return Path(file.name)
    except OSError as error:
        raise JobError(
            f"The folder for takes cannot be written to ({error.strerror}: {error.filename}): make room there, or give "
            "your user the right to write."
        ) from error


def _folder() -> Path:
    try:
        return Path(bpy.utils.extension_path_user(ROOT_PACKAGE, path="takes"))
    except ValueError:  # not installed as an extension
        return Path(bpy.app.tempdir) / "avi_talking_takes"


def _tidy(folder: Path) -> None:
    with contextlib.suppress(OSError):  # another Blender may be tidying too
        files = sorted(folder.glob("take_*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in files[KEPT - 1 :]:
            old.unlink(missing_ok=True)


@dataclass(frozen=True)
class Keyed:
    """What came of keying a take: one sentence, and what the artist should know besides."""

    summary: str
    notes: tuple[str, ...]
    grave: bool
    """Whether a note asks for something to be done."""


def key_take(
    scene: bpy.types.Scene, head: bpy.types.Object, take: Take, frame: float, name: str, set_frame_range: bool = False
) -> Keyed:
    """Key `take` on `head` from `frame` of `scene` on. Raises `JobError`; nothing is then keyed."""
    rig = find_rig(head)
    if rig.kind is Kind.FLAME:
        _check_head_model(rig, take)
    report = keying.apply_take(rig, take, frame, name=name, scene=scene)
    first, last = round(report.frame_start), round(report.frame_end)
    said = take.provenance.get("warnings")
    warnings = list(map(str, said)) if isinstance(said, list) else []
    if set_frame_range:
        scene.frame_start, scene.frame_end = max(first, 0), max(last, 0)
    elif first < scene.frame_start or last > scene.frame_end:
        warnings.append(
            f"The keys go from frame {first} to {last}, the scene plays {scene.frame_start} to {scene.frame_end}: set "
            "its Start and End to see all of it."
        )
    still = report.movement is not None and bool(report.movement.warnings)
    grave = bool(still or warnings or report.driven or report.missing or not report.moves)
    return Keyed(str(report), (*report.warnings, *warnings), grave)


def _check_head_model(rig: FaceRig, take: Take) -> None:
    """Coefficients mean something only on the head model that they were made for."""
    description = head_description(rig.meshes[0].object)
    made_for = take.provenance.get("head_model")
    if description is None or not isinstance(made_for, dict) or "sha256" not in made_for:
        return
    if made_for["sha256"] != description.get("digest"):
        raise JobError(
            f"The take was made for the head model {made_for.get('name', '?')!r}, the head {rig.name!r} is made of "
            f"{description.get('model', '?')!r}: generate it again for this head."
        )
