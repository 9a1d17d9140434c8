# SPDX-License-Identifier: GPL-3.0-or-later
"""Large-vocabulary recognition of English words by pocketsphinx with the models its wheel carries."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .cepstra import centred

_CHUNK: Final = 100
"""Frames between two looks at whether to stop."""
_SHORTEST: Final = 10
"""Frames below which there is no word."""
_VARIANT: Final = re.compile(r"\(\d+\)$")
_LOCK: Final = threading.Lock()


@dataclass(frozen=True)
class Heard:
    """A recognised word; frames `start` to `end` (not included)."""

    word: str
    start: int
    end: int


def recognise(cepstra: NDArray[np.float32], listening: Callable[[float], None]) -> tuple[Heard, ...]:
    """The likeliest English words for `cepstra` (T, 13), as the CMU dictionary spells them.

    `listening` is called with the fraction done every second of sound or so, and may raise to stop.
    """
    frames = len(cepstra)
    if frames < _SHORTEST:
        return ()
    data = np.ascontiguousarray(centred(cepstra), "<f4")
    with _LOCK:
        decoder = _decoder()
        decoder.start_utt()
        try:
            for start in range(0, frames, _CHUNK):
                decoder.process_cep(data[start : start + _CHUNK].tobytes())
                listening(min(1.0, (start + _CHUNK) / frames))
        except BaseException:
            # To end the utterance would take seconds of further search: throw the recogniser away instead.
            _decoder.cache_clear()
            raise
        decoder.end_utt()
        segments = decoder.seg() if decoder.hyp() is not None else None
        return tuple(
            Heard(_VARIANT.sub("", s.word), s.start_frame, s.end_frame + 1)
            for s in segments or ()
            if s.word[0] not in "<[+"
        )


@lru_cache(maxsize=1)
def _decoder() -> Any:
    """The recogniser, made once per process (about 0.3 s, 150 MB)."""
    import pocketsphinx

    # Two Gaussians per codebook and frame instead of four: as exact and nearly twice as fast.
    decoder = pocketsphinx.Decoder(topn=2, loglevel="FATAL")
    # The cepstra come centred. The model's own parameters override what the constructor is told.
    decoder.config["cmn"] = "none"
    decoder.reinit_feat()
    return decoder
