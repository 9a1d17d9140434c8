# SPDX-License-Identifier: GPL-3.0-or-later
"""Random numbers of a performance: from the take's seed, one independent stream a subject."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, subject: str) -> np.random.Generator:
    """A generator for `subject` ("blinks", "head", …); changing one subject never moves another."""
    return np.random.default_rng(np.random.SeedSequence([seed & 0xFFFFFFFF, zlib.crc32(subject.encode())]))
