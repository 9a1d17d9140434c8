# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender and the worker say to each other: JSON-RPC 2.0, one message a line, over standard streams.

Standard library only: both sides import this module, one of them inside Blender. A line is a JSON object in
ASCII (other characters, and the undecodable bytes that file names may hold, are escaped) that ends with a line
feed. Arrays never travel here; they go through `.npz` files. Requests name their files by absolute paths, as
the two processes do not share a working folder.

Methods of the worker:

==============  ============================================  =================================================
method          parameters                                    result
==============  ============================================  =================================================
``initialize``  `InitializeParams`                            protocol, version, pid, python, platform, packages,
                                                              and with ``probe`` devices, device
``ping``        none                                          protocol, version, pid, busy; at once, even in a job
``analyze``     `AnalyzeParams`                               as ``avi-talking analyze --json`` prints
``animate``     `AnimateParams`                               take, frames, fps, words, phones, warnings
``shutdown``    none                                          null, then the worker ends
==============  ============================================  =================================================

Notifications: ``cancel {"id"}`` to the worker; ``progress {"id", "fraction", "message"}`` and
``exiting {"reason"}`` from it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

PROTOCOL_VERSION: Final = 1
"""Grows when one side could no longer understand the other."""

MAX_MESSAGE: Final = 32 * 2**20
"""Bytes in a line, its end included. The analysis of half an hour of speech takes about 3 MB."""

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
JOB_FAILED: Final = -32001
"""`JobError`: the message is the sentence for the user."""
CANCELLED: Final = -32002
DEFECT: Final = -32003
"""Any other exception: the message says so and names the log."""

MAX_TRANSCRIPT: Final = 1_000_000
"""Characters; half an hour of fast speech has about 40 000."""
MAX_INSTRUCTION: Final = 10_000
MAX_INSTRUCTIONS: Final = 10_000
MAX_PATH: Final = 32_767
"""Characters in the longest path Windows knows; other systems allow fewer."""
MAX_SEED: Final = 2**32 - 1
MAX_INTENSITY: Final = 2.0
MIN_FPS: Final = 1.0
MAX_FPS: Final = 1000.0
"""The range of a take file."""

RequestId = int | str
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d{1,3})?")


class ProtocolError(Exception):
    """A message or its parameters cannot be understood.

    `code` is the JSON-RPC error code and `id` that of the offending request, None where it is not known.
    """

    def __init__(self, code: int, message: str, id: RequestId | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.id = id


@dataclass(frozen=True)
class Request:
    id: RequestId
    method: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Notification:
    method: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """The result of the request `id`: any JSON value."""

    id: RequestId
    result: Any


@dataclass(frozen=True)
class Failure:
    """The request `id` failed; None where it could not even be read."""

    id: RequestId | None
    code: int
    message: str


Message = Request | Notification | Response | Failure


def encode(message: Message) -> bytes:
    """The line for `message`, line feed included.

    Raises `ProtocolError` for what JSON cannot hold (NaN, infinities, objects of other kinds) and for messages
    above `MAX_MESSAGE`: those are defects of the caller.
    """
    body: dict[str, Any] = {"jsonrpc": "2.0"}
    if isinstance(message, Failure):
        body |= {"id": message.id, "error": {"code": message.code, "message": message.message}}
    else:
        body |= {name: getattr(message, name) for name in message.__dataclass_fields__}
    id = getattr(message, "id", None)
    try:
        line = json.dumps(body, allow_nan=False, separators=(",", ":"), default=_plain).encode("ascii") + b"\n"
    except (ValueError, TypeError, RecursionError) as error:
        raise ProtocolError(INVALID_REQUEST, f"A message cannot be written as JSON: {error}.", id) from error
    if len(line) > MAX_MESSAGE:
        raise ProtocolError(INVALID_REQUEST, f"A message of {len(line)} bytes is above {MAX_MESSAGE} bytes.", id)
    return line


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def decode(line: bytes) -> Message:
    """The message in `line`. Raises `ProtocolError`, and nothing else, for anything that is not one."""
    if len(line) > MAX_MESSAGE:
        raise ProtocolError(PARSE_ERROR, f"A message is longer than {MAX_MESSAGE} bytes.")
    try:
        body = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(PARSE_ERROR, "A message is not JSON.") from error
    if not isinstance(body, dict):
        raise ProtocolError(INVALID_REQUEST, "A message is not a JSON object.")
    known_id = body.get("id")
    if not _is_id(known_id):
        known_id = None

    def invalid(what: str) -> ProtocolError:
        return ProtocolError(INVALID_REQUEST, f"A message {what}.", known_id)

    if body.get("jsonrpc") != "2.0":
        raise invalid("is not JSON-RPC 2.0")
    if "method" in body:
        return _decode_call(body, invalid)
    if "result" in body and "error" not in body:
        if known_id is None:
            raise invalid("has a result but no usable id")
        return Response(known_id, body["result"])
    error = body.get("error")
    if not isinstance(error, dict) or "result" in body:
        raise invalid("is neither a call nor an answer")
    code, text = error.get("code"), error.get("message")
    if isinstance(code, bool) or not isinstance(code, int) or not isinstance(text, str):
        raise invalid("reports an error without a code and a message")
    return Failure(known_id, code, text)


def read_lines(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Lines, without their ends, from `read(size)`, which returns what there is and nothing at the end.

    An overlong line comes cut, but still too long for `decode`, so that it is refused without being held in
    memory. What follows the last line feed is dropped: its sender died in the middle of a message.
    """
    buffer = bytearray()
    while chunk := read(1 << 16):
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            buffer += piece[: MAX_MESSAGE + 1 - len(buffer)]
            yield bytes(buffer)
            buffer.clear()
        buffer += rest[: MAX_MESSAGE + 1 - len(buffer)]


def _decode_call(body: dict[str, Any], invalid: Any) -> Request | Notification:
    method, params = body["method"], body.get("params", {})
    if not isinstance(method, str):
        raise invalid("names its method by something else than text")
    if not isinstance(params, dict):
        raise invalid("has parameters that are not named")
    if "id" not in body:
        return Notification(method, params)
    if not _is_id(body["id"]):
        raise invalid("has an id that is neither text nor a whole number")
    return Request(body["id"], method, params)


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


# Parameters -----------------------------------------------------------------------------------------------------


class _Fields:
    """Takes checked fields out of a parameter object. Each method raises `ProtocolError` naming the field."""

    def __init__(self, params: Any, prefix: str = "") -> None:
        if not isinstance(params, dict):
            raise ProtocolError(INVALID_PARAMS, f"{prefix or 'The parameters'} must be an object with named fields.")
        self._rest = dict(params)
        self._prefix = prefix

    def bad(self, name: str, must: str) -> ProtocolError:
        return ProtocolError(INVALID_PARAMS, f"{self._prefix}{name} must be {must}.")

    def end(self) -> None:
        """Refuse what was not asked for: a misspelt field would otherwise be ignored in silence."""
        if self._rest:
            raise ProtocolError(INVALID_PARAMS, f"There is no parameter {self._prefix}{min(map(str, self._rest))!a}.")

    def take(self, name: str, default: Any) -> Any:
        return self._rest.pop(name, default)

    def text(self, name: str, limit: int, default: str | None) -> str | None:
        value = self.take(name, default)
        if value is None and default is None:
            return None
        if not isinstance(value, str) or len(value) > limit:
            raise self.bad(name, f"text of at most {limit} characters")
        return value

    def path(self, name: str) -> str:
        value = self.optional_path(name)
        if value is None:
            raise self.bad(name, "the absolute path of a file")
        return value

    def optional_path(self, name: str) -> str | None:
        value = self.take(name, None)
        if value is None:
            return None
        if not isinstance(value, str) or "\0" in value or len(value) > MAX_PATH or not Path(value).is_absolute():
            raise self.bad(name, "the absolute path of a file")
        return value

    def number(self, name: str, default: float | None, low: float, high: float) -> float:
        value = self.take(name, default)
        number = math.nan
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
        if not (math.isfinite(number) and low <= number <= high):
            raise self.bad(
                name, f"a number of at least {low:g}" + (f" and at most {high:g}" if high < math.inf else "")
            )
        return number

    def optional_number(self, name: str, low: float, high: float) -> float | None:
        if self._rest.get(name) is None:
            self._rest.pop(name, None)
            return None
        return self.number(name, None, low, high)

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.take(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.bad(name, f"a whole number from {low} to {high}")
        return value

    def flag(self, name: str) -> bool:
        value = self.take(name, False)
        if not isinstance(value, bool):
            raise self.bad(name, "true or false")
        return value


@dataclass(frozen=True)
class InitializeParams:
    """`probe` loads torch to look for graphics cards, which takes seconds."""

    probe: bool = False

    @classmethod
    def check(cls, params: Any) -> InitializeParams:
        fields = _Fields(params)
        checked = cls(fields.flag("probe"))
        fields.end()
        return checked


@dataclass(frozen=True)
class AnalyzeParams:
    """Which stretch of which file to listen to: seconds from its beginning; None is to its end."""

    path: str
    start: float = 0.0
    duration: float | None = None
    transcript: str | None = None

    @classmethod
    def check(cls, params: Any) -> AnalyzeParams:
        """Raises `ProtocolError` saying what is wrong with which parameter."""
        fields = _Fields(params)
        checked = cls(**_clip(fields))
        fields.end()
        return checked

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class AnimateParams:
    """A take to make, and the file to write it to.

    `instructions` are objects with `start`, `end` (seconds of the stretch; None is its end), `text` and
    `intensity` (0..`MAX_INTENSITY`); `intensity` scales them all. `head_model` None is the default head.
    """

    path: str
    output: str
    start: float = 0.0
    duration: float | None = None
    transcript: str | None = None
    instructions: tuple[Mapping[str, Any], ...] = ()
    intensity: float = 1.0
    seed: int = 0
    fps: float = 30.0
    head_model: str | None = None
    device: str = "auto"

    @classmethod
    def check(cls, params: Any) -> AnimateParams:
        """Raises `ProtocolError` saying what is wrong with which parameter."""
        fields = _Fields(params)
        device = fields.take("device", "auto")
        if not isinstance(device, str) or not _DEVICE.fullmatch(device):
            raise fields.bad("device", "auto, cpu, mps, cuda or cuda:NUMBER")
        checked = cls(
            **_clip(fields),
            output=fields.path("output"),
            instructions=_instructions(fields.take("instructions", ()), fields),
            intensity=fields.number("intensity", 1.0, 0.0, MAX_INTENSITY),
            seed=fields.whole("seed", 0, 0, MAX_SEED),
            fps=fields.number("fps", 30.0, MIN_FPS, MAX_FPS),
            head_model=fields.optional_path("head_model"),
            device=device,
        )
        fields.end()
        return checked

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"instructions": [dict(item) for item in self.instructions]}


def _clip(fields: _Fields) -> dict[str, Any]:
    duration = fields.optional_number("duration", 0.0, math.inf)
    if duration == 0.0:
        raise fields.bad("duration", "above 0, or null for all there is")
    return {
        "path": fields.path("path"),
        "start": fields.number("start", 0.0, 0.0, math.inf),
        "duration": duration,
        "transcript": fields.text("transcript", MAX_TRANSCRIPT, None),
    }


def _instructions(value: Any, fields: _Fields) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_INSTRUCTIONS:
        raise fields.bad("instructions", f"a list of at most {MAX_INSTRUCTIONS}")
    checked = []
    for i, item in enumerate(value):
        inner = _Fields(item, f"instructions[{i}].")
        start = inner.number("start", None, 0.0, math.inf)
        end = inner.optional_number("end", 0.0, math.inf)
        if end is not None and end <= start:
            raise inner.bad("end", "later than its start, or null for the end of the clip")
        text = inner.text("text", MAX_INSTRUCTION, "")
        intensity = inner.number("intensity", 1.0, 0.0, MAX_INTENSITY)
        inner.end()
        checked.append({"start": start, "end": end, "text": text, "intensity": intensity})
    return tuple(checked)


@dataclass(frozen=True)
class Progress:
    """How far the request `id` is: `fraction` 0..1 and what is being done."""

    id: RequestId
    fraction: float
    message: str

    @classmethod
    def check(cls, params: Any) -> Progress:
        fields = _Fields(params)
        checked = cls(
            id=request_id(fields),
            fraction=fields.number("fraction", None, 0.0, 1.0),
            message=fields.text("message", MAX_INSTRUCTION, "") or "",
        )
        fields.end()
        return checked


def request_id(fields: Any) -> RequestId:
    """The `id` among the parameters of a `cancel` or `progress` notification."""
    taken = (fields if isinstance(fields, _Fields) else _Fields(fields)).take("id", None)
    if not _is_id(taken):
        raise ProtocolError(INVALID_PARAMS, "id must be text or a whole number.")
    return taken
