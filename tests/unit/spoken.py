# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech tracks spelled by hand, for tests that need phones but no sound."""

import numpy as np

from model_backend.speech.track import PROSODY_RATE, SILENCE, VOWELS, Accent, Phone, Prosody, SpeechTrack


def track(phones: str, length: float = 0.08, silence: float = 0.3) -> SpeechTrack:
    """A track of ARPAbet phones, each `length` seconds; `AA:0.2` sets a length, `SIL` is a pause of `silence`."""
    timed: list[Phone] = []
    now = 0.0
    for item in phones.split():
        name, _, own = item.partition(":")
        end = now + (float(own) if own else silence if name == SILENCE else length)
        timed.append(Phone(name, round(now, 6), round(end, 6)))
        now = end
    frames = int(now * PROSODY_RATE) + 1
    level = np.full(frames, -60.0, np.float32)
    phrases: list[list[float]] = []
    accents: list[Accent] = []
    for phone in timed:
        if phone.phone == SILENCE:
            continue
        if phrases and phone.start - phrases[-1][1] < 0.25:
            phrases[-1][1] = phone.end
        else:
            phrases.append([phone.start, phone.end])
        if phone.phone in VOWELS:
            level[int(phone.start * PROSODY_RATE) : int(phone.end * PROSODY_RATE)] = -20.0
            accents.append(Accent(0.5 * (phone.start + phone.end), 0.8))
    f0 = np.where(level > -30, 120.0, 0.0).astype(np.float32)
    prosody = Prosody(f0, level, 4.0, tuple((a, b) for a, b in phrases), accents=tuple(accents[::3]))
    return SpeechTrack(now, (), tuple(timed), prosody)
