# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker as a real child process, with a stand-in for the pipeline and with the real one."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from model_backend import protocol
from model_backend.take import load_take

ROOT = Path(__file__).parents[2]
FAKE = [sys.executable, str(Path(__file__).with_name("fake_worker.py"))]
REAL = [sys.executable, "-m", "model_backend.worker"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
SPEECH = ROOT / "tests" / "data" / "corpus"
PATIENCE = 60  # seconds before a test gives up; nothing is timed


class Child:
    """A worker and what it wrote."""

    def __init__(self, command, log):
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, env=ENVIRONMENT, bufsize=0
            )
        self.log = log
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(b"")

    def send(self, *messages):
        self.write(b"".join(protocol.encode(message) for message in messages))

    def write(self, data):
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def ask(self, id, method, **params):
        self.send(protocol.Request(id, method, params))

    def receive(self):
        """The next message; None at the end."""
        line = self.lines.get(timeout=PATIENCE)
        return protocol.decode(line) if line else None

    def answer(self, id):
        """The answer to request `id`, and the progress before it."""
        progress = []
        while (message := self.receive()) is not None:
            if isinstance(message, protocol.Notification):
                progress.append(protocol.Progress.check(message.params))
            elif message.id == id:
                return message, progress
        raise AssertionError("the worker ended without an answer")

    def until_progress(self, id):
        while not (isinstance(message := self.receive(), protocol.Notification) and message.params["fraction"] > 0):
            assert message is not None
        assert message.params["id"] == id


@pytest.fixture
def start(tmp_path):
    children = []

    def start(*arguments, command=FAKE):
        children.append(Child([*command, *arguments], tmp_path / f"{len(children)}.log"))
        return children[-1]

    yield start
    for child in children:
        child.process.kill()
        child.process.wait()
        child.process.stdin.close()


@pytest.fixture
def worker(start):
    return start()


def clip(name):
    return f"/fake/{name}"


def test_it_says_who_it_is(worker):
    worker.ask(1, "initialize")
    answer, _ = worker.answer(1)
    assert answer.result["protocol"] == protocol.PROTOCOL_VERSION
    assert answer.result["pid"] == worker.process.pid
    assert answer.result["packages"]["numpy"]
    assert "device" not in answer.result


def test_it_finds_the_device_when_asked(worker):
    worker.ask(1, "initialize", probe=True)
    answer, _ = worker.answer(1)
    assert answer.result["devices"][-1] == "cpu"
    assert answer.result["device"] == answer.result["devices"][0]


def test_analysis(worker):
    worker.ask("a", "analyze", path=clip("quick"), transcript="hi")
    answer, progress = worker.answer("a")
    assert answer.result["words"] == [{"text": "hi", "start": 0.0, "end": 1.0}]
    assert answer.result["phones"][1] == {"phone": "AH", "start": 0.1, "end": 1.0, "confidence": 0.5}
    assert [p.message for p in progress] == ["Loading", "Listening"]
    assert progress[-1].fraction == 0.5


def test_a_take_is_written_and_described(worker, tmp_path):
    output = tmp_path / "größe.npz"
    worker.ask(1, "animate", path=clip("quick"), output=str(output), fps=24)
    answer, _ = worker.answer(1)
    assert answer.result == {
        "take": str(output),
        "frames": 12,
        "fps": 24.0,
        "words": [{"text": "hello", "start": 0.0, "end": 1.0}],
        "phones": [{"phone": "AH", "start": 0, "end": 1}],
        "warnings": ["It is quiet."],
    }
    assert load_take(output).motion.frames == 12
    assert {path.name for path in tmp_path.iterdir()} == {"0.log", "größe.npz"}


def test_a_missing_folder_is_named_before_the_work(worker, tmp_path):
    worker.ask(1, "animate", path=clip("slow"), output=str(tmp_path / "no" / "take.npz"))
    answer, _ = worker.answer(1)
    assert answer.code == protocol.JOB_FAILED
    assert str(tmp_path / "no" / "take.npz") in answer.message


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("unreadable", protocol.JOB_FAILED, "The clip cannot be read: choose another."),
        ("memory", protocol.JOB_FAILED, "too little memory"),
        ("card", protocol.JOB_FAILED, "graphics card"),
        ("package", protocol.JOB_FAILED, "No module named 'a_package_that_is_missing'"),
        ("defect", protocol.DEFECT, "defect in AVI Talking (ZeroDivisionError: float division by zero)"),
        ("quit", protocol.DEFECT, "a library gave up"),
    ],
)
def test_failures_are_told_and_the_next_job_works(start, name, code, said):
    worker = start("--log", "/logs/worker.log")
    worker.ask(1, "analyze", path=clip(name))
    answer, _ = worker.answer(1)
    assert (answer.code, said in answer.message) == (code, True), answer
    if code == protocol.DEFECT:
        assert "/logs/worker.log" in answer.message
        assert "Traceback" in worker.log.read_text()
    worker.ask(2, "analyze", path=clip("quick"))
    assert isinstance(worker.answer(2)[0], protocol.Response)


@pytest.mark.parametrize("name", ["noisy", "thirsty"])
def test_libraries_cannot_break_the_stream(worker, name):
    worker.ask(7, "analyze", path=clip(name))
    assert isinstance(worker.answer(7)[0], protocol.Response)
    worker.ask(8, "ping")
    assert isinstance(worker.receive(), protocol.Response)
    if name == "noisy":
        log = worker.log.read_text()
        assert all(source in log for source in ("from Python", "from the descriptor", "from C", "from a child"))


def test_garbage_is_refused_and_survived(worker):
    worker.write(b"\n\xff\x00garbage\n[]\n{}\n" + b"[" * 50_000 + b"\n")
    worker.write(b'{"jsonrpc": "2.0", "id": 5, "method": "format_disk"}\n')
    worker.write(b'{"jsonrpc": "2.0", "id": 6, "method": "analyze", "params": {"path": "relative.wav"}}\n')
    worker.write(b'{"jsonrpc": "2.0", "method": "cancel", "params": {"id": []}}\n')
    worker.write(b'{"jsonrpc": "2.0", "method": "cancel", "params": {"id": "never asked"}}\n')
    worker.write(b'{"jsonrpc": "2.0", "method": "unknown"}\n{"jsonrpc": "2.0", "id": 1, "result": null}\n')
    worker.ask(9, "analyze", path=clip("quick"))
    answers = {}
    while 9 not in answers:
        message = worker.receive()
        if not isinstance(message, protocol.Notification):
            answers.setdefault(message.id, []).append(message)
    assert [a.code for a in answers[None]] == [
        protocol.PARSE_ERROR,
        protocol.INVALID_REQUEST,
        protocol.INVALID_REQUEST,
        protocol.PARSE_ERROR,
        protocol.INVALID_PARAMS,
    ]
    assert answers[5][0].code == protocol.METHOD_NOT_FOUND
    assert answers[6][0].code == protocol.INVALID_PARAMS and "path" in answers[6][0].message
    assert isinstance(answers[9][0], protocol.Response)


def test_an_overlong_line_is_refused_without_being_kept(worker):
    for _ in range(3):
        worker.write(b"x" * (protocol.MAX_MESSAGE // 2))
    worker.write(b"\n")
    answer = worker.receive()
    assert answer.code == protocol.PARSE_ERROR
    worker.ask(1, "ping")
    assert isinstance(worker.receive(), protocol.Response)


def test_running_and_waiting_jobs_are_cancelled(worker):
    for id in (1, 2, 3):
        worker.ask(id, "analyze", path=clip("quick" if id == 3 else "slow"))
    worker.until_progress(1)
    worker.ask("alive?", "ping")
    assert worker.answer("alive?")[0].result["busy"] is True
    worker.send(protocol.Notification("cancel", {"id": 2}))
    assert worker.answer(2)[0].code == protocol.CANCELLED
    worker.send(protocol.Notification("cancel", {"id": 1}))
    assert worker.answer(1)[0].code == protocol.CANCELLED
    assert isinstance(worker.answer(3)[0], protocol.Response)


def test_an_id_in_use_is_refused(worker):
    worker.ask(1, "analyze", path=clip("slow"))
    worker.until_progress(1)
    worker.ask(1, "analyze", path=clip("quick"))
    assert worker.answer(1)[0].code == protocol.INVALID_REQUEST


@pytest.mark.parametrize("name", ["quick", "slow", "deaf"])
def test_it_ends_when_blender_is_gone(worker, name):
    worker.ask(1, "analyze", path=clip(name))
    worker.until_progress(1)
    worker.process.stdin.close()
    worker.process.wait(PATIENCE)


def test_it_ends_when_nobody_reads(tmp_path):
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(FAKE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=ENVIRONMENT)
    assert process.stdin is not None and process.stdout is not None
    process.stdout.close()
    process.stdin.write(protocol.encode(protocol.Request(1, "analyze", {"path": clip("slow")})))
    process.stdin.flush()
    process.wait(PATIENCE)
    process.stdin.close()


def test_it_ends_when_idle(start):
    worker = start("--idle-timeout", "0.1")
    assert worker.receive() == protocol.Notification("exiting", {"reason": "idle"})
    assert worker.process.wait(PATIENCE) == 0


def test_it_ends_when_asked(worker):
    worker.ask(1, "analyze", path=clip("slow"))
    worker.until_progress(1)
    worker.ask(2, "shutdown")
    assert worker.answer(2)[0].result is None
    assert worker.process.wait(PATIENCE) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_it_ends_when_terminated(worker):
    worker.ask(1, "analyze", path=clip("deaf"))
    worker.until_progress(1)
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(PATIENCE) == 143


def resident_kilobytes(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_hundred_jobs_do_not_make_it_grow(worker, tmp_path):
    def job(id):
        worker.ask(id, "animate", path=clip("ballast"), output=str(tmp_path / "take.npz"))
        assert isinstance(worker.answer(id)[0], protocol.Response)

    for id in range(20):
        job(id)
    before = resident_kilobytes(worker.process.pid)
    for id in range(20, 120):
        job(id)
    assert resident_kilobytes(worker.process.pid) < before + 4_000


def test_the_real_pipeline_answers(start, tmp_path):
    picture = tmp_path / "picture.wav"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    worker = start(command=REAL)
    worker.ask(1, "analyze", path=str(picture))
    answer, _ = worker.answer(1)
    assert answer.code == protocol.JOB_FAILED, answer
    assert "picture.wav" in answer.message
    worker.ask(2, "animate", path=str(tmp_path / "none.wav"), output=str(tmp_path / "take.npz"))
    answer, _ = worker.answer(2)
    assert answer.code == protocol.JOB_FAILED
    assert not (tmp_path / "take.npz").exists()


def test_a_real_clip_becomes_a_take(start, tmp_path):
    clips = sorted(SPEECH.glob("*.flac"))
    worker = start(command=REAL)
    worker.ask(1, "analyze", path=str(clips[0]))
    analysis, progress = worker.answer(1)
    assert isinstance(analysis, protocol.Response), analysis
    assert analysis.result["duration"] > 0 and progress
    json.dumps(analysis.result)
    output = tmp_path / "take.npz"
    worker.ask(2, "animate", path=str(clips[0]), output=str(output), fps=25)
    answer, _ = worker.answer(2)
    assert isinstance(answer, protocol.Response), answer
    take = load_take(output)
    assert take.motion.frames == answer.result["frames"]
    assert answer.result["words"] == analysis.result["words"]
    assert answer.result["phones"] == analysis.result["phones"]
