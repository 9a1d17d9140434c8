# SPDX-License-Identifier: GPL-3.0-or-later
"""Words placed in sound whose phone times are known."""

import contextlib
import itertools
import json
from pathlib import Path

import numpy as np
import pocketsphinx
import pytest

from model_backend.audio import load_sound
from model_backend.speech.acoustic_model import END, INTERNAL, acoustic_model, read_model
from model_backend.speech.alignment import FILLER_ARC, Slot, Tolerance, align
from model_backend.speech.cepstra import cepstra, features, power_spectra
from model_backend.speech.listening import Passage
from model_backend.speech.pieces import LEAD, piece_spectra, pieces, speech_spans
from model_backend.speech.pronunciation import pronounce
from model_backend.speech.vocal_tract import normalised_cepstra

SPEECH = Path(__file__).resolve().parents[1] / "data" / "speech"
CLIPS = {Path(c["file"]).stem: c for c in json.loads((SPEECH / "clips.json").read_text())}
STRICT = Tolerance(filler=30.0, filler_frame=2.0, omission=40.0)


def samples(name):
    return load_sound(SPEECH / CLIPS[name]["file"]).samples


def slots(text, optional=()):
    return [Slot(((pronounce(word),),), i in optional) for i, word in enumerate(text.split())]


def placed(name, words, tolerance=STRICT, **options):
    data = normalised_cepstra(acoustic_model(), piece_spectra(samples(name)))
    silent = Passage(data, np.ones(len(data), np.float32), True).silent
    return align(acoustic_model(), features(data), words, tolerance, silent=silent, **options)


def seconds(frame):
    return (frame - LEAD) / 100


def test_cepstra_are_those_of_the_recogniser(tmp_path):
    pcm = (samples("bob") * 32767).astype("<i2")
    decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL", mfclogdir=str(tmp_path))
    decoder.set_align_text("bob")
    decoder.start_utt()
    decoder.process_raw(pcm.tobytes(), full_utt=True)
    with contextlib.suppress(RuntimeError):  # what is heard is not "bob" alone
        decoder.end_utt()
    (log,) = tmp_path.glob("*.mfc")
    theirs = np.frombuffer(log.read_bytes()[4:], ">f4").reshape(-1, 13)
    ours = cepstra(power_spectra(pcm.astype(np.float32)))[0]
    assert abs(len(ours) - len(theirs)) <= 1
    both = min(len(ours), len(theirs)) - 1
    np.testing.assert_allclose(ours[:both], theirs[:both], atol=0.02)


def test_a_shorter_vocal_tract_is_taken_for_the_same_voice():
    model = acoustic_model()
    faster = np.interp(np.arange(0, len(samples("bob")), 1.15), np.arange(len(samples("bob"))), samples("bob"))
    spectra = piece_spectra(faster.astype(np.float32))
    plain, normalised = cepstra(spectra)[0], normalised_cepstra(model, spectra)
    words = slots("bob made a big map of paris five times")
    scores = [align(model, features(c), words, None).advantage.mean() for c in (plain, normalised)]
    assert model.fit(features(normalised)) > model.fit(features(plain))
    assert scores[1] > scores[0] - 0.1


def test_senones_of_a_triphone_belong_to_its_phone():
    model = acoustic_model()
    b, aa = model.index("B"), model.index("AA")
    for position in (INTERNAL, END):
        senones = model.senones(aa, b, b, position)
        assert set(model.codebook[senones]) == {aa}
    assert set(model.senones(b, b, b, INTERNAL).tolist()).isdisjoint(model.base[aa].tolist())


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(OSError, match="mdef"):
        read_model(tmp_path)
    (tmp_path / "mdef").write_bytes(b"something else")
    with pytest.raises(ValueError, match="definition"):
        read_model(tmp_path)


@pytest.mark.parametrize("name", sorted(CLIPS))
def test_phones_lie_where_they_sound(name):
    text = "".join(c for c in CLIPS[name]["text"].lower().replace("5", "five") if c.isalpha() or c == " ")
    alignment = placed(name, slots(text))
    true = [p for p in CLIPS[name]["phones"] if p[0] in ("P", "B", "M", "F", "V")]
    found = [p for p in alignment.phones if p.phone in ("P", "B", "M", "F", "V")]
    assert [p.phone for p in found] == [p for p, _, _ in true]
    errors = [seconds(p.start + p.end) / 2 - LEAD / 200 - (a + b) / 2 for p, (_, a, b) in zip(found, true, strict=True)]
    assert np.median(np.abs(errors)) < 0.02
    assert max(np.abs(errors)) < 0.05


def test_words_follow_each_other_and_cover_all_frames():
    alignment = placed("bob", slots("bob made a big map of paris five times"))
    assert alignment.phones[0].start == 0
    assert alignment.phones[-1].end == len(alignment.advantage)
    for before, after in itertools.pairwise(alignment.phones):
        assert before.end == after.start
    order = [p.slot for p in alignment.phones if p.slot >= 0]
    assert order == sorted(order)
    assert set(order) == set(range(9))


def test_a_word_that_was_not_spoken_is_left_out():
    alignment = placed("bob", slots("bob made a big yellow telephone map of paris five times"))
    assert {p.slot for p in alignment.phones if p.slot >= 0} == set(range(11)) - {4, 5}


def test_words_that_are_not_written_become_filler():
    alignment = placed("bob", slots("bob made a paris five times"))
    assert {p.slot for p in alignment.phones if p.slot >= 0} == set(range(6))
    filler = [p for p in alignment.phones if p.slot == FILLER_ARC]
    a, b = seconds(filler[0].start), seconds(filler[-1].end)
    assert abs(a - 0.83) < 0.08  # before "big"
    assert abs(b - 1.43) < 0.08  # after "of"
    assert any(p.phone in ("B", "P", "M") for p in filler)


def test_optional_words_cost_nothing_to_leave_out():
    words = slots("bob surely made a big map of paris five times", optional={1})
    assert 1 not in {p.slot for p in placed("bob", words, tolerance=None).phones}


def test_the_reading_that_was_spoken_is_chosen():
    reading = (tuple(pronounce(w) for w in ("one", "five", "oh")), tuple(pronounce(w) for w in ("five",)))
    words = slots("bob made a big map of paris times")
    words.insert(7, Slot(reading))
    phones = [p.phone for p in placed("bob", words).phones if p.slot == 7]
    assert phones == ["F", "AY", "V"]


def test_an_open_end_leaves_the_rest_for_later():
    alignment = placed("bob", slots("bob made a big map of paris five times and then he slept"), open_end=True)
    assert max(p.slot for p in alignment.phones) == 8


def test_without_words_silence_or_filler():
    alignment = placed("bob", [])
    assert alignment.phones[-1].end == len(alignment.advantage)
    assert {p.slot for p in alignment.phones} <= {-1, FILLER_ARC}


@pytest.mark.parametrize("frames", [1, 2, 3, 7])
def test_a_few_frames_are_enough(frames):
    data = features(cepstra(piece_spectra(samples("bob")))[0])[:frames]
    alignment = align(acoustic_model(), data, slots("a"), STRICT)
    assert alignment.phones[0].start == 0
    assert alignment.phones[-1].end == frames


def test_pieces_are_cut_at_pauses_and_cover_the_spans():
    speech = samples("mother")
    pause = np.zeros(8000, np.float32)
    sound = np.concatenate([np.concatenate([speech, pause])] * 20)
    spans = pieces(sound, [(0, len(sound))])
    assert spans[0][0] == 0
    assert spans[-1][1] == len(sound)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
    assert max(b - a for a, b in spans) <= 20 * 16000
    period = len(speech) + len(pause)
    for _, end in spans[:-1]:
        assert end % period > len(speech) - 4000  # in the pause, or the silence that ends the clip before it


def test_spans_of_speech_are_joined_over_short_gaps_only():
    activity = np.zeros(1000, np.float32)
    activity[100:200] = activity[250:300] = activity[700:750] = 1
    spans = speech_spans(activity, 160000)
    assert [(round(a / 16000, 1), round(b / 16000, 1)) for a, b in spans] == [(0.6, 3.4), (6.6, 7.9)]
