# SPDX-License-Identifier: GPL-3.0-or-later
"""FLAME's pickled files read without running anything that is in them.

FLAME's model files are pickles written by Python 2: a dictionary of numpy arrays, a scipy sparse matrix
(`J_regressor`) and, in most of them, arrays wrapped by the autodiff library chumpy. A pickle may name any function of
any module to be called. Here the few names that such files need stand for classes of this module, which only keep
the plain values that they are given; every other name is refused. numpy, scipy and chumpy never see the file:
what was kept is checked and made an array afterwards. The standard library's unpickler in Python is used instead of
the one in C because its memo grows with the file and not with a number written in it.
"""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLAME_KEYS = ("v_template", "f", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table")

_MAX_BYTES = 1 << 28
"""Largest array that a file may describe; FLAME's largest takes 48 MB."""


class UnsafeFileError(Exception):
    """The file names something to be called that no FLAME file needs; its text is that name."""


class PickleFormatError(Exception):
    """The file is no pickle of a FLAME model; its text says why, as the end of a sentence that begins with "it"."""


def read_flame_pickle(content: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of a FLAME file, dense. Raises `UnsafeFileError` or `PickleFormatError`."""
    try:
        loaded = _Unpickler(io.BytesIO(content), encoding="latin1").load()
    except UnsafeFileError:
        raise
    except Exception as error:  # a broken pickle ends in almost any exception; none of its code has run
        raise PickleFormatError("is damaged or no pickle") from error
    if not isinstance(loaded, dict):
        raise PickleFormatError("does not hold a dictionary")
    arrays = {}
    for key in FLAME_KEYS:
        if key in loaded:
            try:
                arrays[key] = _array(loaded[key])
            except (ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError) as error:
                raise PickleFormatError(f"does not hold an array in '{key}'") from error
    return arrays


class _Kept:
    """A value of the file as it was described: what was called, with what, and the state set afterwards."""

    arguments: tuple[Any, ...] = ()
    state: Any = None

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def array(self, depth: int) -> NDArray[Any]:
        raise ValueError(f"{type(self).__name__} is not an array")


class _Type(_Kept):
    """numpy.dtype: only numbers and truth values of the usual sizes."""

    def resolve(self) -> np.dtype[Any]:
        name = self.arguments[0]
        name = name.decode("ascii") if isinstance(name, bytes) else name
        if not isinstance(name, str) or name not in _NUMBER_TYPES:
            raise ValueError("not an array of numbers")
        order = self.state[1] if isinstance(self.state, tuple) and len(self.state) > 1 else "<"
        order = order.decode("ascii") if isinstance(order, bytes) else order
        return np.dtype(name).newbyteorder(order if order in ("<", ">") else "=")


_NUMBER_TYPES = frozenset(["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"])


class _NumpyArray(_Kept):
    """numpy.core.multiarray._reconstruct, then the state (version, shape, type, Fortran order, bytes)."""

    def array(self, depth: int) -> NDArray[Any]:
        _, shape, dtype, fortran, data = self.state
        return _from_bytes(data, dtype, shape, "F" if fortran else "C")


class _NumpyBuffer(_Kept):
    """numpy.core.numeric._frombuffer(bytes, type, shape, order), as numpy pickles from protocol 5 on."""

    def array(self, depth: int) -> NDArray[Any]:
        data, dtype, shape, order = self.arguments
        return _from_bytes(data, dtype, shape, "F" if order == "F" else "C")


class _NumpyScalar(_Kept):
    """numpy.core.multiarray.scalar(type, bytes)."""

    def array(self, depth: int) -> NDArray[Any]:
        dtype, data = self.arguments
        return _from_bytes(data, dtype, (), "C")


class _Chumpy(_Kept):
    """chumpy.ch.Ch: its array is `x`."""

    def array(self, depth: int) -> NDArray[Any]:
        return _array(self.state["x"], depth + 1)


class _ChumpySelection(_Kept):
    """chumpy.reordering.Select: some elements of another array in another shape."""

    def array(self, depth: int) -> NDArray[Any]:
        elements = _array(self.state["a"], depth + 1).ravel()
        chosen = _array(self.state["idxs"], depth + 1).astype(np.int64).ravel()
        if chosen.size and (chosen.min() < 0 or chosen.max() >= elements.size):
            raise ValueError("a selection outside its array")
        shape = self.state.get("preferred_shape")
        picked = elements[chosen]
        return picked if shape is None else picked.reshape(_shape(shape))


class _SparseMatrix(_Kept):
    """scipy.sparse csc_matrix and csr_matrix; `by_rows` tells which."""

    by_rows = False

    def array(self, depth: int) -> NDArray[Any]:
        shape = _shape(self.state["_shape"] if "_shape" in self.state else self.state["shape"])
        data, inner, pointers = (_array(self.state[k], depth + 1).ravel() for k in ("data", "indices", "indptr"))
        if len(shape) != 2 or math.prod(shape) * 8 > _MAX_BYTES:
            raise ValueError("not a matrix")
        outer_size, inner_size = shape if self.by_rows else shape[::-1]
        inner, pointers = inner.astype(np.int64), pointers.astype(np.int64)
        counts = np.diff(pointers)
        if len(pointers) != outer_size + 1 or pointers[0] != 0 or (counts < 0).any() or pointers[-1] > len(inner):
            raise ValueError("a sparse matrix with wrong pointers")
        inner, data = inner[: pointers[-1]], data[: pointers[-1]]
        if len(data) != len(inner) or (len(inner) and (inner.min() < 0 or inner.max() >= inner_size)):
            raise ValueError("a sparse matrix with wrong indices")
        dense = np.zeros((outer_size, inner_size))
        np.add.at(dense, (np.repeat(np.arange(outer_size), counts), inner), data)
        return dense if self.by_rows else dense.T


class _SparseRows(_SparseMatrix):
    by_rows = True


def _from_bytes(data: Any, dtype: Any, shape: Any, order: Any) -> NDArray[Any]:
    if isinstance(data, str):  # the bytes of a Python 2 file, decoded as Latin-1
        data = data.encode("latin1")
    if not isinstance(data, (bytes, bytearray)) or not isinstance(dtype, _Type):
        raise ValueError("not the bytes of an array of numbers")
    kind, size = dtype.resolve(), _shape(shape)
    if math.prod(size) * kind.itemsize != len(data):
        raise ValueError("more or fewer bytes than the array's shape needs")
    return np.frombuffer(bytes(data), kind).reshape(size, order=order).astype(kind.newbyteorder("="))


def _shape(value: Any) -> tuple[int, ...]:
    if isinstance(value, int):
        value = (value,)
    if not isinstance(value, (tuple, list)) or len(value) > 8:
        raise ValueError("not a shape")
    shape = tuple(int(_array(n, 0)) if isinstance(n, _Kept) else n for n in value)
    if not all(type(n) is int and 0 <= n <= _MAX_BYTES for n in shape):
        raise ValueError("not a shape")
    return shape


def _array(value: Any, depth: int = 0) -> NDArray[Any]:
    if depth > 8:
        raise ValueError("arrays within arrays")
    if isinstance(value, _Kept):
        return value.array(depth)
    if isinstance(value, (bool, int, float)):
        return np.asarray(value)
    if isinstance(value, (list, tuple)) and len(value) < 100_000:
        return np.asarray([_plain(v) for v in value])
    raise ValueError("not an array")


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)) and len(value) < 100_000 and all(isinstance(v, (int, float)) for v in value):
        return list(value)
    raise ValueError("not a number")


class _Callable:
    """A harmless function for a pickle to call. It cannot be changed by the pickle, as a plain function could."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        object.__setattr__(self, "_function", function)

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(name)

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("a function has no state")


def _reconstructor(kind: Any, base: Any = None, state: Any = None) -> Any:
    """Python 2's `copy_reg._reconstructor`: an empty object of a class."""
    if not (isinstance(kind, type) and issubclass(kind, _Kept)):
        raise pickle.UnpicklingError("an object of an unknown class")
    return kind()


def _encoded(text: str, encoding: str = "latin1") -> bytes:
    """`_codecs.encode`, by which Python 3 writes bytes in old protocols."""
    if encoding not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError("an unknown encoding")
    return text.encode("latin1")


def _known_names() -> dict[tuple[str, str], Any]:
    names: dict[tuple[str, str], Any] = {
        ("numpy", "ndarray"): _NumpyArray,
        ("numpy", "dtype"): _Type,
        ("copy_reg", "_reconstructor"): _Callable(_reconstructor),
        ("copyreg", "_reconstructor"): _Callable(_reconstructor),
        ("_codecs", "encode"): _Callable(_encoded),
        ("chumpy.ch", "Ch"): _Chumpy,
        ("chumpy", "Ch"): _Chumpy,
        ("chumpy.reordering", "Select"): _ChumpySelection,
        ("collections", "OrderedDict"): _Callable(lambda *pairs: dict(*pairs)),
    }
    for core in ("numpy.core", "numpy._core"):
        names[core + ".multiarray", "_reconstruct"] = _NumpyArray
        names[core + ".multiarray", "scalar"] = _NumpyScalar
        names[core + ".numeric", "_frombuffer"] = _NumpyBuffer
    for builtins in ("builtins", "__builtin__"):
        names[builtins, "object"] = _Kept
        names[builtins, "set"] = _Callable(lambda *items: set(*items))
        names[builtins, "frozenset"] = _Callable(lambda *items: frozenset(*items))
        names[builtins, "bytes"] = _Callable(lambda *items: bytes(items[0]) if items and not _is_count(items) else b"")
        names[builtins, "bytearray"] = names[builtins, "bytes"]
    for kind, stand_in in (("csc", _SparseMatrix), ("csr", _SparseRows)):
        for module in (f"scipy.sparse.{kind}", f"scipy.sparse._{kind}", "scipy.sparse"):
            for suffix in ("matrix", "array"):
                names[module, f"{kind}_{suffix}"] = stand_in
    return names


def _is_count(items: tuple[Any, ...]) -> bool:
    """`bytes(10 ** 12)` would be that many zeros."""
    return isinstance(items[0], int)


_KNOWN: Mapping[tuple[str, str], Any] = _known_names()


class _Unpickler(pickle._Unpickler):  # pyright: ignore[reportAttributeAccessIssue]
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _KNOWN[module, name]
        except (KeyError, TypeError):
            raise UnsafeFileError(f"{module}.{name}"[:100]) from None

    def get_extension(self, code: int) -> None:
        raise UnsafeFileError(f"copyreg extension {code}")
