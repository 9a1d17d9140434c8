# SPDX-License-Identifier: GPL-3.0-or-later
"""Words and phones by pocketsphinx."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress
from .pronunciation import is_known, pronounce
from .text import read_transcript
from .track import PHONES, SILENCE, Phone, Word

FRAME = 0.01


@lru_cache(maxsize=2)
def _decoder(with_language_model: bool) -> Any:
    import pocketsphinx

    return (
        pocketsphinx.Decoder(loglevel="FATAL")
        if with_language_model
        else pocketsphinx.Decoder(lm=None, beam=1e-120, pbeam=1e-120, wbeam=1e-100, loglevel="FATAL")
    )


def recognise(
    samples: NDArray[np.float32], transcript: str | None, progress: Progress
) -> tuple[tuple[Word, ...], tuple[Phone, ...]]:
    """Words and phones of the samples, covering them whole."""
    peak = float(np.abs(samples).max(initial=0.0))
    duration = len(samples) / 16000
    if peak < 1e-5:
        return (), (Phone(SILENCE, 0.0, duration),)
    sound = (samples * (0.7 * 32767 / peak)).astype(np.int16).tobytes()
    progress(0.1, "Listening")
    words = read_transcript(transcript) if transcript else ()
    spoken = [(w.text, s) for w in words for s in w.readings[0]]
    decoder = None
    if spoken:
        decoder = _decoder(False)
        for _, s in spoken:
            if decoder.lookup_word(s) is None:
                decoder.add_word(s, " ".join(pronounce(s)[0]), True)
        decoder.set_align_text(" ".join(s for _, s in spoken))
        try:
            _run(decoder, sound)
        except RuntimeError:
            decoder = None
    if decoder is None:
        decoder = _decoder(True)
        decoder.activate_search()
        _run(decoder, sound)
    progress(0.8, "Timing the phones")
    decoder.set_alignment()
    _run(decoder, sound)
    found: list[Word] = []
    phones: list[Phone] = []
    for word in decoder.get_alignment():
        if is_known(word.name.split("(")[0]) or any(word.name == s for _, s in spoken):
            found.append(Word(word.name.split("(")[0], word.start * FRAME, (word.start + word.duration) * FRAME))
        for phone in word:
            name = phone.name if phone.name in PHONES else SILENCE
            start = phone.start * FRAME
            if start >= duration:
                continue
            end = min((phone.start + phone.duration) * FRAME, duration)
            if phones and phones[-1].phone == name == SILENCE:
                phones[-1] = Phone(name, phones[-1].start, end)
            else:
                phones.append(Phone(name, start, end))
    if phones and phones[-1].end < duration:
        last = phones[-1]
        if last.phone == SILENCE:
            phones[-1] = Phone(SILENCE, last.start, duration)
        else:
            phones.append(Phone(SILENCE, last.end, duration))
    progress(1.0, "Speech understood")
    return tuple(found), tuple(phones) or (Phone(SILENCE, 0.0, duration),)


def _run(decoder: Any, sound: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    decoder.end_utt()
