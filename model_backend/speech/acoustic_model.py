# SPDX-License-Identifier: GPL-3.0-or-later
"""pocketsphinx' English acoustic model, read from its files and evaluated for alignment.

A phonetically tied-mixture model: every base phone has a codebook of Gaussians in three streams
(cepstra, their differences, second differences), and each senone (a tied state of triphones) weighs
its phone's Gaussians. The recogniser shows neither state scores nor alternatives, and gives up where a
transcript differs from the sound; with the scores in hand the alignment can be its own search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

_UNIT: Final = 1024 * np.log(1.0001)
"""Natural logarithm in one step of the quantised mixture weights (logarithms to base 1.0001, shifted by 10 bits)."""
_VARIANCE_FLOOR: Final = 1e-4
_TRANSITION_FLOOR: Final = 1e-4
_CHUNK: Final = 512
"""Frames evaluated at once; bounds the memory at some 60 MB."""
STATES: Final = 3
"""Emitting states of every phone, in order, without skips."""

INTERNAL, BEGIN, END, SINGLE = range(4)
"""Positions of a phone in its word."""


@dataclass(frozen=True, eq=False)
class AcousticModel:
    """Senones of phones in context, and their log likelihoods given features."""

    phones: tuple[str, ...]
    """Base phones; besides ARPAbet `SIL` and the fillers `+NSN+`, `+SPN+`."""
    transitions: NDArray[np.float32]
    """(phones, STATES, 2): natural log of staying in a state and of leaving it."""
    base: NDArray[np.int64]
    """(phones, STATES): senones of each phone without context."""
    codebook: NDArray[np.int64]
    """(senones,): the base phone whose Gaussians a senone weighs."""
    _triphones: NDArray[np.int64]
    _sequences: NDArray[np.int64]
    _groups: tuple[NDArray[np.int64], ...]
    _weights: tuple[tuple[NDArray[np.float32], ...], ...]
    _quadratic: tuple[NDArray[np.float32], ...]
    _linear: tuple[NDArray[np.float32], ...]
    _constant: tuple[NDArray[np.float32], ...]

    def index(self, phone: str) -> int:
        return self.phones.index(phone)

    def senones(self, phone: int, left: int, right: int, position: int) -> NDArray[np.int64]:
        """(STATES,) senones of a base phone between two others; backs off to other positions in the word,
        to silence as the neighbour beyond the word's edge, then to the phone without context."""
        silence = self.index("SIL")
        others = (position, *(p for p in range(4) if p != position))
        edges = (
            silence if position in (BEGIN, SINGLE) else left,
            silence if position in (END, SINGLE) else right,
        )
        for a, b in ((left, right), edges):
            for p in others:
                key = _key(p, phone, a, b)
                i = int(np.searchsorted(self._triphones, key))
                if i < len(self._triphones) and self._triphones[i] == key:
                    return self._sequences[i]
        return self.base[phone]

    def likelihoods(self, features: NDArray[np.float32], senones: NDArray[np.int64]) -> Likelihoods:
        """Log likelihoods of `senones` and of those of all base phones given `features` (T, 39)."""
        values, order = self._values(features, senones)
        column = np.full(len(self.codebook), -1, np.int64)
        column[order] = np.arange(len(order))
        return Likelihoods(values - values.max(1, keepdims=True), column)

    def fit(self, features: NDArray[np.float32]) -> float:
        """Mean over the frames of `features` (T, 39) of the log likelihood of the base phone that fits best."""
        values, _ = self._values(features, self.base.ravel())
        return float(values.max(1).mean())

    def _values(
        self, features: NDArray[np.float32], senones: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Log likelihoods (T, n) of `senones` and of the base phones', and which senone each column is."""
        wanted = np.zeros(len(self.codebook), np.bool_)
        wanted[senones] = True
        wanted[self.base] = True
        values = np.empty((len(features), int(wanted.sum())), np.float32)
        chosen = [np.flatnonzero(wanted[group]) for group in self._groups]
        order = np.concatenate([group[c] for group, c in zip(self._groups, chosen, strict=True)])
        weights = [
            [w if len(c) == w.shape[1] else w[:, c] for w, c in zip(stream, chosen, strict=True)]
            for stream in self._weights
        ]
        for start in range(0, len(features), _CHUNK):
            part = features[start : start + _CHUNK]
            values[start : start + _CHUNK] = self._evaluate(part, weights, values.shape[1])
        return values, order

    def _evaluate(
        self, features: NDArray[np.float32], weights: list[list[NDArray[np.float32]]], count: int
    ) -> NDArray[np.float32]:
        """(T, count) log likelihoods of the senones whose weights are given, phone by phone."""
        total = np.zeros((len(features), count), np.float32)
        for stream, by_phone in enumerate(weights):
            x = features[:, 13 * stream : 13 * stream + 13]
            density = (x * x) @ self._quadratic[stream] + x @ self._linear[stream] + self._constant[stream]
            density = density.reshape(len(features), len(self.phones), -1)
            best = density.max(2, keepdims=True)
            density -= best
            np.exp(density, out=density)
            mixed = np.concatenate([density[:, phone] @ w for phone, w in enumerate(by_phone)], 1)
            np.maximum(mixed, 1e-30, out=mixed)
            total += np.log(mixed, out=mixed)
            total += np.repeat(best[:, :, 0], [w.shape[1] for w in by_phone], 1)
        return total


@dataclass(frozen=True, eq=False)
class Likelihoods:
    """Natural log likelihoods of some senones in each frame, less that of the frame's best of them."""

    values: NDArray[np.float32]
    """(T, n), <= 0."""
    column: NDArray[np.int64]
    """(senones,): where each senone stands in `values`, -1 where it was not asked for."""

    def __len__(self) -> int:
        return len(self.values)

    def of(self, senones: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n,) senones to (T, n), a copy."""
        return self.values[:, self.column[senones]]


def _key(position: int, phone: int, left: int, right: int) -> int:
    return ((position * 256 + phone) * 256 + left) * 256 + right


@lru_cache(maxsize=1)
def acoustic_model() -> AcousticModel:
    """The model in pocketsphinx' wheel, read once per process (about 0.1 s, 10 MB)."""
    import pocketsphinx

    return read_model(Path(pocketsphinx.get_model_path("en-us/en-us")))


def read_model(folder: Path) -> AcousticModel:
    """Read `mdef`, `means`, `variances`, `sendump` and `transition_matrices` of a model of this kind.

    Raises `ValueError` for another kind: not tied per phone, other streams, other topology.
    """
    phones, entries, sequences, senones = _read_definition((folder / "mdef").read_bytes())
    means, variances = (_read_gaussians((folder / name).read_bytes()) for name in ("means", "variances"))
    if means.shape != variances.shape or len(means) != len(phones):
        raise ValueError("the acoustic model is not phonetically tied")
    streams, densities = means.shape[1:3]
    weights = _read_weights((folder / "sendump").read_bytes(), streams, densities, senones)
    n = len(phones)
    codebook = np.full(senones, -1, np.int64)
    base = entries["ssid"][:n]
    owner = np.concatenate([np.arange(n), entries["phone"][n:].astype(np.int64)])
    codebook[sequences[entries["ssid"]].ravel()] = np.repeat(owner, STATES)
    if (codebook < 0).any():
        raise ValueError("the acoustic model has senones without a phone")
    by_phone = np.argsort(codebook, kind="stable")
    groups = np.split(by_phone, np.cumsum(np.bincount(codebook, minlength=n))[:-1])
    precision = 1.0 / np.maximum(variances, _VARIANCE_FLOOR)
    triphones = entries[n:]
    keys = _keys(triphones)
    order = np.argsort(keys)
    return AcousticModel(
        phones=phones,
        transitions=_read_transitions((folder / "transition_matrices").read_bytes())[entries["tmat"][:n]],
        base=sequences[base],
        codebook=codebook,
        _triphones=keys[order],
        _sequences=sequences[triphones["ssid"][order]],
        _groups=tuple(groups),
        _weights=tuple(
            tuple(np.exp(-weights[s][:, group] * _UNIT).astype(np.float32) for group in groups) for s in range(streams)
        ),
        _quadratic=tuple(_flat(-0.5 * precision[:, s]) for s in range(streams)),
        _linear=tuple(_flat(means[:, s] * precision[:, s]) for s in range(streams)),
        _constant=tuple(
            (-0.5 * (means[:, s] ** 2 * precision[:, s]).sum(2) + 0.5 * np.log(precision[:, s] / (2 * np.pi)).sum(2))
            .astype(np.float32)
            .ravel()
            for s in range(streams)
        ),
    )


def _flat(a: NDArray[np.float32]) -> NDArray[np.float32]:
    """(phones, densities, 13) to (13, phones * densities)."""
    return np.ascontiguousarray(a.reshape(-1, a.shape[-1]).T.astype(np.float32))


def _keys(triphones: NDArray[np.void]) -> NDArray[np.int64]:
    key = triphones["position"].astype(np.int64)
    for name in ("phone", "left", "right"):
        key = key * 256 + triphones[name]
    return key


_ENTRY: Final = np.dtype(
    [("ssid", "<i4"), ("tmat", "<i4"), ("position", "u1"), ("phone", "u1"), ("left", "u1"), ("right", "u1")]
)


def _read_definition(data: bytes) -> tuple[tuple[str, ...], NDArray[np.void], NDArray[np.int64], int]:
    """Phone names, entries (phones and triphones), senone sequences (n, STATES), number of senones."""
    if data[:4] != b"BMDF":
        raise ValueError("the acoustic model's definition is not in the binary format")
    skip = int(np.frombuffer(data, "<i4", 1, 8)[0])
    at = 12 + skip
    counts = np.frombuffer(data, "<i4", 10, at).tolist()
    n_base, n_phone, n_state, _, n_senone, _, n_sequence, _, n_tree, _ = counts
    if n_state != STATES:
        raise ValueError(f"the acoustic model has {n_state} states per phone")
    at += 40
    names: list[str] = []
    start = at
    for _ in range(n_base):
        end = data.index(b"\0", at)
        names.append(data[at:end].decode("ascii"))
        at = end + 1
    at = start + (at - start + 3) // 4 * 4 + 8 * n_tree
    entries = np.frombuffer(data, _ENTRY, n_phone, at)
    at += _ENTRY.itemsize * n_phone + 4
    sequences = np.frombuffer(data, "<u2", n_sequence * STATES, at).reshape(n_sequence, STATES).astype(np.int64)
    return tuple(names), entries, sequences, n_senone


def _body(data: bytes) -> bytes:
    """What follows the text header and the byte-order mark of a Sphinx-3 file."""
    end = data.index(b"endhdr\n") + len(b"endhdr\n")
    if data[end : end + 4] != b"\x44\x33\x22\x11":
        raise ValueError("the acoustic model has another byte order")
    return data[end + 4 :]


def _read_gaussians(data: bytes) -> NDArray[np.float32]:
    """Means or variances, (phones, streams, densities, 13)."""
    body = _body(data)
    codebooks, streams, densities = np.frombuffer(body, "<i4", 3).tolist()
    lengths = np.frombuffer(body, "<i4", streams, 12)
    if (lengths != 13).any():
        raise ValueError("the acoustic model's streams are not of 13 values")
    values = np.frombuffer(body, "<f4", codebooks * streams * densities * 13, 12 + 4 * streams + 4)
    return values.reshape(codebooks, streams, densities, 13)


def _read_weights(data: bytes, streams: int, densities: int, senones: int) -> NDArray[np.uint8]:
    """Quantised mixture weights, (streams, densities, senones)."""
    at = 0
    while True:  # title and header lines, each with its length before it, until a length of 0
        n = int(np.frombuffer(data, "<i4", 1, at)[0])
        at += 4
        if n == 0:
            break
        if data[at : at + 14] == b"cluster_count " and data[at + 14 : at + n].strip(b"\0 ") != b"0":
            raise ValueError("the acoustic model's mixture weights are clustered")
        at += n
    rows, columns = np.frombuffer(data, "<i4", 2, at).tolist()
    at += 8
    if rows != densities or columns < senones:
        raise ValueError("the acoustic model's mixture weights have another shape")
    weights = np.frombuffer(data, np.uint8, streams * rows * columns, at).reshape(streams, rows, columns)
    return weights[:, :, :senones]


def _read_transitions(data: bytes) -> NDArray[np.float32]:
    """Natural logs of (staying, leaving) for each matrix and state."""
    body = _body(data)
    matrices, sources, targets, _ = np.frombuffer(body, "<i4", 4).tolist()
    if (sources, targets) != (STATES, STATES + 1):
        raise ValueError("the acoustic model has another topology")
    p = np.frombuffer(body, "<f4", matrices * sources * targets, 16).reshape(matrices, sources, targets)
    i = np.arange(STATES)
    pair = np.stack([p[:, i, i], p[:, i, i + 1]], 2)
    return np.log(np.maximum(pair / np.maximum(p.sum(2, keepdims=True), 1e-30), _TRANSITION_FLOOR)).astype(np.float32)
