# SPDX-License-Identifier: GPL-3.0-or-later
"""Cepstra for a speaker whose vocal tract is shorter or longer than the average one of the acoustic model."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .acoustic_model import AcousticModel
from .cepstra import cepstra, features

WARPS: Final = (1.0, 0.86, 0.9, 0.94, 1.06, 1.12, 1.18)
"""From a deep man's voice to a child's; the average first, which wins where there is nothing to tell."""
_LOUDEST: Final = 0.4
"""Share of the frames that are compared: mostly vowels, whose formants tell the length."""
_ENOUGH: Final = 300
"""Frames compared at most."""


def normalised_cepstra(model: AcousticModel, spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cepstra (T, 13) of power spectra (T, 257), warped so that the model finds them likeliest.

    Grid search over the warp as in Lee & Rose 1998, with the best phone of each frame for the transcription.
    """
    ways = cepstra(spectra, WARPS)
    level = ways[0, :, 0]
    loud = np.flatnonzero(level > np.quantile(level, 1 - _LOUDEST))
    if not len(loud):
        return ways[0]
    chosen = loud[:: -(-len(loud) // _ENOUGH)]
    scores = [float(model.fit(features(way)[chosen])) for way in ways]
    return ways[int(np.argmax(scores))]
