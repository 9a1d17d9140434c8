# SPDX-License-Identifier: GPL-3.0-or-later
"""From sound to a speech track: the words and phones in it, and its prosody."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..audio import SAMPLE_RATE, Sound
from ..progress import Progress, part, silent
from .acoustic_model import acoustic_model
from .activity import speech_activity
from .cepstra import SHIFT
from .listening import Follower, Passage, listen
from .pieces import LEAD, Span, audible, piece_spectra, pieces, speech_spans
from .prosody import measure_prosody
from .text import read_transcript
from .timeline import Timeline
from .track import SpeechTrack
from .vocal_tract import normalised_cepstra

_PROSODY_SHARE: Final = 0.05


def analyze(sound: Sound, transcript: str | None = None, progress: Progress = silent) -> SpeechTrack:
    """Words, phones and prosody of `sound`.

    With a transcript its words are found in the sound; what was left out is left out, what else was said is
    recognised. Where it does not belong to the sound, and without one, English words are recognised. Phones
    cover the clip without gaps; silence, noise and music are `track.SILENCE`.

    Raises `JobError` for a transcript that cannot be read (another alphabet) and passes on what `progress` raises.
    """
    progress(0.0, "Reading the transcript" if transcript else "Listening for speech")
    words = read_transcript(transcript) if transcript else ()
    samples = sound.samples
    activity = speech_activity(audible(samples))
    # A transcript is word that somebody speaks: then all of the clip is searched.
    spans = pieces(samples, [(0, len(samples))] if words else speech_spans(activity, len(samples)))
    timeline = Timeline(sound.duration)
    follower = Follower(words) if words else None
    total = sum(end - start for start, end in spans) or 1
    done = 0
    for i, (start, end) in enumerate(spans):
        share = part(progress, (1 - _PROSODY_SHARE) * done / total, (1 - _PROSODY_SHARE) * (done + end - start) / total)
        message = "Following the transcript" if follower else "Recognising words"
        share(0.0, message)
        spectra = piece_spectra(samples[start:end])
        if spectra is not None:
            cepstra = normalised_cepstra(acoustic_model(), spectra)
            passage = Passage(cepstra, _activity_of(activity, (start, end), len(cepstra)), i == len(spans) - 1)

            def heed(fraction: float, share: Progress = share, message: str = message) -> None:
                share(fraction, message)

            found = follower.listen(passage, heed) if follower else listen(passage, heed)
            timeline.add(found, start / SAMPLE_RATE, end / SAMPLE_RATE)
        done += end - start
    found_words, phones = timeline.finished()
    progress(1 - _PROSODY_SHARE, "Measuring the prosody")
    track = SpeechTrack(sound.duration, found_words, phones, measure_prosody(samples, phones))
    progress(1.0, "Speech understood")
    return track


def _activity_of(activity: NDArray[np.float32], span: Span, frames: int) -> NDArray[np.float32]:
    """Speech activity (frames,) for the frames of a piece's cepstra."""
    index = span[0] // SHIFT + np.arange(frames) - LEAD + 1  # a frame's middle lies 12.8 ms after its beginning
    inside = (index >= 0) & (index < len(activity))
    return np.where(inside, activity[np.clip(index, 0, max(len(activity) - 1, 0))] if len(activity) else 0.0, 0.0)
