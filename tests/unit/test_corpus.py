# SPDX-License-Identifier: GPL-3.0-or-later
"""The measuring corpora say when each phone sounds; the sound must agree, or every figure made from them is void."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from model_backend.speech.track import PHONES, SILENCE

DATA = Path(__file__).resolve().parent.parent / "data"
CORPORA = {name: json.loads((DATA / name / "corpus.json").read_text()) for name in ("corpus", "heldout")}
CLIPS = [pytest.param(name, clip, id=f"{name}-{clip['name']}") for name, clips in CORPORA.items() for clip in clips]
VOICES = [(name, voice) for name, clips in CORPORA.items() for voice in sorted({clip["voice"] for clip in clips})]
RATE = 16000
HOP = 80
WINDOW = 400
SIBILANTS = {"S", "Z", "SH", "CH", "JH"}


def spectrum(samples):
    """Power spectra centred on i * HOP samples, and their frequencies in Hz."""
    padded = np.pad(samples, WINDOW // 2)
    starts = np.arange(len(samples) // HOP) * HOP
    frames = padded[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    return np.abs(np.fft.rfft(frames)) ** 2, np.fft.rfftfreq(WINDOW, 1 / RATE)


def best_shift(curves, clips, phones):
    """Seconds by which `curves` (one per clip, 200 Hz) lag behind the times of `phones`, by best correlation."""

    def correlation(shift):
        marks = []
        for curve, clip in zip(curves, clips, strict=True):
            times = np.arange(len(curve)) * HOP / RATE - shift
            mark = np.zeros(len(curve))
            for phone in clip["phones"]:
                if phone["phone"] in phones:
                    mark[(times >= phone["start"]) & (times < phone["end"])] = 1.0
            marks.append(mark)
        return np.corrcoef(np.concatenate(curves), np.concatenate(marks))[0, 1]

    shifts = np.arange(-20, 21) * HOP / RATE
    return shifts[np.argmax([correlation(shift) for shift in shifts])]


@pytest.mark.parametrize(("corpus", "voice"), VOICES)
def test_phone_times_fit_the_sound(corpus, voice):
    clips = [clip for clip in CORPORA[corpus] if clip["voice"] == voice]
    hiss, quiet = [], []
    for clip in clips:
        power, frequencies = spectrum(soundfile.read(DATA / corpus / clip["file"])[0])
        high, low = power[:, frequencies > 3500].sum(1), power[:, frequencies < 1500].sum(1)
        hiss.append(np.log(high + 1e-6) - np.log(low + 1e-6))
        quiet.append(-np.log(power.sum(1) + 1e-9))
    assert abs(best_shift(hiss, clips, SIBILANTS)) <= 0.020
    assert abs(best_shift(quiet, clips, {SILENCE})) <= 0.020


@pytest.mark.parametrize("corpus", CORPORA)
def test_a_corpus_is_rich_enough_for_the_figures_made_from_it(corpus):
    clips = CORPORA[corpus]
    assert len(clips) >= 40
    assert len({clip["voice"] for clip in clips}) == 3
    phones = [phone["phone"] for clip in clips for phone in clip["phones"]]
    assert sum(phone in {"P", "B", "M"} for phone in phones) >= 150
    assert sum(phone in {"F", "V"} for phone in phones) >= 75
    assert set(phones) <= PHONES
    assert len(set(phones)) >= 38


def test_no_sentence_is_there_twice():
    texts = [clip["text"].casefold() for clips in CORPORA.values() for clip in clips]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(("corpus", "clip"), CLIPS)
def test_phones_cover_the_clip_in_order(corpus, clip):
    info = soundfile.info(DATA / corpus / clip["file"])
    assert (info.samplerate, info.channels) == (RATE, 1)
    edges = [0.0] + [phone["end"] for phone in clip["phones"]]
    assert [phone["start"] for phone in clip["phones"]] == edges[:-1]
    assert all(earlier < later for earlier, later in itertools.pairwise(edges))
    assert edges[-1] == pytest.approx(info.duration, abs=1e-3)
