# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol's lines and parameters, driven with good messages and with garbage."""

import json
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_backend import protocol
from model_backend.protocol import (
    AnalyzeParams,
    AnimateParams,
    Failure,
    InitializeParams,
    Notification,
    Progress,
    ProtocolError,
    Request,
    Response,
    decode,
    encode,
)

ANY_TEXT = st.text(st.characters(), max_size=30)  # lone surrogates too: file names hold them
IDS = st.integers(-(2**70), 2**70) | ANY_TEXT
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(ANY_TEXT, JSON, max_size=4)
MESSAGES = (
    st.builds(Request, IDS, ANY_TEXT, OBJECTS)
    | st.builds(Notification, ANY_TEXT, OBJECTS)
    | st.builds(Response, IDS, JSON)
    | st.builds(Failure, st.none() | IDS, st.integers(), ANY_TEXT)
)

CLIP = {"path": "/clips/line 1.wav"}
ANIMATE = CLIP | {"output": "/takes/1.npz"}


@given(MESSAGES)
def test_a_message_is_one_line_and_comes_back(message):
    line = encode(message)
    assert line.endswith(b"\n") and line.count(b"\n") == 1 and b"\r" not in line
    assert decode(line) == message


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_raise_only_protocol_errors(line):
    with pytest.raises(ProtocolError):
        decode(line)


@given(JSON)
def test_json_that_is_no_message_raises_only_protocol_errors(value):
    line = json.dumps(value).encode()
    with pytest.raises(ProtocolError):
        decode(line)


@given(
    st.fixed_dictionaries(
        {"jsonrpc": st.just("2.0")},
        optional={"id": JSON, "method": JSON, "params": JSON, "result": JSON, "error": JSON},
    )
)
def test_half_right_messages_are_read_or_refused(body):
    try:
        message = decode(json.dumps(body).encode())
    except ProtocolError as error:
        assert error.code == protocol.INVALID_REQUEST
        assert error.id is None or error.id == body["id"]
    else:
        assert ("method" in body) == isinstance(message, Request | Notification)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[" * 100_000,
        b'{"jsonrpc": "2.0", "method": "ping", "id": NaN}',
        b'{"jsonrpc": "2.0", "method": "ping", "id": ' + b"9" * 5000 + b"}",
        b'{"jsonrpc": "2.0", "method": "ping", "id": true}',
        b'{"jsonrpc": "2.0", "method": "ping", "params": [1], "id": 1}',
        b'[{"jsonrpc": "2.0", "method": "ping", "id": 1}]',
        b'{"jsonrpc": "1.0", "method": "ping", "id": 1}',
        b'{"jsonrpc": "2.0", "id": 1}',
        b'{"jsonrpc": "2.0", "id": 1, "result": 1, "error": {"code": 1, "message": ""}}',
        b'{"jsonrpc": "2.0", "id": 1, "error": {"code": true, "message": ""}}',
        b"\xff\xfe{}",
    ],
)
def test_known_garbage_is_refused(line):
    with pytest.raises(ProtocolError):
        decode(line)


def test_overlong_messages_are_refused_both_ways(monkeypatch):
    monkeypatch.setattr(protocol, "MAX_MESSAGE", 200)
    with pytest.raises(ProtocolError):
        encode(Notification("progress", {"message": "x" * 200}))
    with pytest.raises(ProtocolError):
        decode(b" " * 201)


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), {1, 2}])
def test_what_json_cannot_hold_is_not_sent(value):
    with pytest.raises(ProtocolError):
        encode(Response(1, {"value": value}))


def test_parameters_survive_the_way():
    instructions = ({"start": 0.0, "end": 1.5, "text": "She laughs.", "intensity": 0.5},)
    sent = AnimateParams(
        **ANIMATE, start=0.25, duration=2.0, transcript="Ja, prima!", instructions=instructions, seed=7
    )
    request = decode(encode(Request(1, "animate", sent.to_json())))
    assert isinstance(request, Request)
    assert AnimateParams.check(request.params) == sent
    heard = AnalyzeParams("/clips/größe \udcff.wav")
    request = decode(encode(Request(2, "analyze", heard.to_json())))
    assert isinstance(request, Request)
    assert AnalyzeParams.check(request.params) == heard


def test_defaults_are_filled_in():
    params = AnimateParams.check(ANIMATE)
    assert (params.start, params.duration, params.intensity, params.seed, params.fps) == (0.0, None, 1.0, 0, 30.0)
    assert params.device == "auto" and params.head_model is None and params.instructions == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"path": None}, "path"),
        ({"path": "line.wav"}, "path"),
        ({"path": "/a\0b"}, "path"),
        ({"path": 3}, "path"),
        ({"output": "take.npz"}, "output"),
        ({"start": -1}, "start"),
        ({"start": "0"}, "start"),
        ({"start": True}, "start"),
        ({"start": math.inf}, "start"),
        ({"duration": 0}, "duration"),
        ({"duration": math.nan}, "duration"),
        ({"duration": 10**400}, "duration"),
        ({"transcript": ["hello"]}, "transcript"),
        ({"transcript": "x" * (protocol.MAX_TRANSCRIPT + 1)}, "transcript"),
        ({"instructions": "smile"}, "instructions"),
        ({"instructions": ["smile"]}, "instructions[0]"),
        ({"instructions": [{"start": 1, "end": 1, "text": "a"}]}, "instructions[0].end"),
        ({"instructions": [{"start": 0, "end": 1, "text": None}]}, "instructions[0].text"),
        ({"instructions": [{"start": 0, "end": 1, "text": "a", "level": 1}]}, "instructions[0].'level'"),
        ({"intensity": 2.5}, "intensity"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.0}, "seed"),
        ({"fps": 0}, "fps"),
        ({"head_model": ""}, "head_model"),
        ({"device": "gpu"}, "device"),
        ({"device": "cuda:0; x"}, "device"),
        ({"sead": 1}, "'sead'"),
    ],
)
def test_bad_parameters_are_named(change, named):
    with pytest.raises(ProtocolError) as caught:
        AnimateParams.check(ANIMATE | change)
    assert caught.value.code == protocol.INVALID_PARAMS
    assert named in str(caught.value)


@given(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(AnimateParams.__dataclass_fields__, JSON)))
def test_garbage_parameters_raise_only_protocol_errors(params):
    for kind in (AnimateParams, AnalyzeParams, InitializeParams, Progress):
        try:
            checked = kind.check(params)
        except ProtocolError as error:
            assert error.code == protocol.INVALID_PARAMS
        else:
            assert isinstance(checked, kind)


@given(JSON)
def test_request_ids_are_checked(value):
    try:
        id = protocol.request_id({"id": value})
    except ProtocolError:
        assert isinstance(value, bool) or not isinstance(value, int | str)
    else:
        assert id == value


def test_the_module_needs_the_standard_library_only():
    """Blender's side imports it: nothing heavy may come along."""
    program = (
        "import sys; import model_backend.protocol; "
        "sys.exit(any(name in sys.modules for name in ('numpy', 'torch', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0
