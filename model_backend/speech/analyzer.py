# SPDX-License-Identifier: GPL-3.0-or-later
"""From sound to a speech track: the words and phones in it, and its prosody."""

from __future__ import annotations

from ..audio import Sound
from ..progress import Progress, silent
from .prosody import measure_prosody
from .recognizer import recognise
from .track import SpeechTrack


def analyze(sound: Sound, transcript: str | None = None, progress: Progress = silent) -> SpeechTrack:
    """Words, phones and prosody of `sound`; words are the transcript's where one is given.

    Raises `JobError` for a transcript that cannot be read, and passes on `Cancelled` from `progress`.
    """
    words, phones = recognise(sound.samples, transcript, progress)
    return SpeechTrack(sound.duration, words, phones, measure_prosody(sound.samples, phones))
