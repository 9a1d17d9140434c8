# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening head models: the default head and the user's own files."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import JobError
from .flame_head import head_from_flame
from .flame_pickle import FLAME_KEYS, PickleFormatError, UnsafeFileError, read_flame_pickle
from .head_file import HeadFormatError, head_from_arrays
from .model import HeadModel

DEFAULT_HEAD = Path(__file__).parent.parent / "weights" / "default_head.npz"
_MAX_BYTES = 1 << 29
"""Largest file read, packed or unpacked. FLAME's own take about 50 MB."""


def load_head_model(path: str | os.PathLike[str] | None = None) -> HeadModel:
    """The default head (None), a head in our own format, or a FLAME file (`.pkl`, `.npz`).

    FLAME 2020, 2023 and 2023 Open are read as they are downloaded; nothing in a file is run. A file is read once
    and kept until it changes on disk. Raises `JobError`.
    """
    file = DEFAULT_HEAD if path is None else Path(path)
    try:
        stat = file.stat()
        return _load(file, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError as error:
        raise JobError(f"There is no head model at {file}; choose a file that exists.") from error
    except OSError as error:
        raise JobError(f"The head model {file} cannot be read: {error.strerror or error}.") from error


@lru_cache(maxsize=4)
def _load(file: Path, modified: int, size: int) -> HeadModel:
    if size > _MAX_BYTES:
        raise JobError(f"{file} is too large for a head model; choose a FLAME file or one of AVI Talking's heads.")
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    try:
        if not content.startswith(b"PK"):
            return head_from_flame(read_flame_pickle(content), file.stem, digest, load_head_model(None))
        arrays = _npz_arrays(content)
        if "shape_count" in arrays:
            return head_from_arrays(arrays, file.stem, digest)
        return head_from_flame(arrays, file.stem, digest, load_head_model(None))
    except UnsafeFileError as error:
        raise JobError(
            f"{file} is unsafe and was not opened, because it asks for {error} to be run; download the FLAME "
            "model again from its makers."
        ) from error
    except (HeadFormatError, PickleFormatError) as error:
        raise JobError(f"{file} is not a usable head model: it {error}; choose another.") from error


def _npz_arrays(content: bytes) -> Mapping[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_BYTES:
                raise HeadFormatError("unpacks to more than a head model needs")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            own = "shape_count" in file.files
            arrays = {name: file[name] for name in file.files if own or name in FLAME_KEYS}
        # of a member that is no array numpy returns the bytes
        return {name: array for name, array in arrays.items() if isinstance(array, np.ndarray)}
    except HeadFormatError:
        raise
    except (
        Exception
    ) as error:  # numpy and zipfile meet broken files with almost any exception; they run nothing of them
        raise HeadFormatError("cannot be read as .npz") from error
