# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a stretch of speech: words, phones, prosody. Times are seconds from its start."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SILENCE = "SIL"
"""Phone label of silence, breath, music and noise: anything that is not speech."""

VOWELS = frozenset({"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"})
CONSONANTS = frozenset(
    {"B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N"}
    | {"NG", "P", "R", "S", "SH", "T", "TH", "V", "W", "Y", "Z", "ZH"}
)
PHONES = VOWELS | CONSONANTS | {SILENCE}
"""The ARPAbet of the CMU dictionary without stress digits, and silence."""

PROSODY_RATE = 100.0
"""Frames per second of the prosodic curves."""


@dataclass(frozen=True)
class Word:
    """A spoken word as the transcript or the recogniser spells it."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Phone:
    """A phone in ARPAbet, timed; `confidence` 0..1 is how far its identity and place are trusted."""

    phone: str
    start: float
    end: float
    confidence: float = 1.0

    @property
    def duration(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Accent:
    """A prosodic prominence (pitch accent or stressed syllable) at `time`, `strength` 0..1."""

    time: float
    strength: float


@dataclass(frozen=True)
class Prosody:
    """Curves at `PROSODY_RATE` and what was read from them; frame i is centred on i / PROSODY_RATE."""

    f0: NDArray[np.float32]
    """Fundamental frequency in Hz, 0 where unvoiced."""
    energy: NDArray[np.float32]
    """RMS level in dB relative to full scale, floored at -100."""
    speaking_rate: float = 0.0
    """Syllables (vowels) per second of speech, pauses left out; 0 without speech."""
    phrases: tuple[tuple[float, float], ...] = ()
    """Stretches of speech between pauses of 0.25 s or more."""
    effort: tuple[float, ...] = ()
    """Vocal effort of each phrase: 0 whispers, 0.5 converses, 1 shouts."""
    accents: tuple[Accent, ...] = ()


@dataclass(frozen=True)
class SpeechTrack:
    """Everything the face needs to know of the sound."""

    duration: float
    words: tuple[Word, ...]
    phones: tuple[Phone, ...]
    """In order, without overlap, covering 0..duration; gaps are `SILENCE`."""
    prosody: Prosody = field(repr=False)
