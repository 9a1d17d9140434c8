# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker's client against real processes: well-behaved, silent, shouting, dying."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model_backend.take import load_take

from .backend_modules import ROOT, load

client = load("client")
process = load("process")

FAKE = (str(Path(__file__).with_name("fake_worker.py")),)
PATIENCE = 60  # seconds before a test gives up; nothing is timed
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture
def make(tmp_path):
    workers = []

    def make(program=FAKE, python=sys.executable, **options):
        workers.append(client.Worker(python, ROOT, tmp_path / "logs", program=program, **options))
        return workers[-1]

    yield make
    for worker in workers:
        worker.stop()


@pytest.fixture
def worker(make):
    return make()


def ask(worker, name):
    return worker.submit("analyze", {"path": f"/fake/{name}"})


def ask_and_wait(worker, name):
    request = ask(worker, name)
    assert worker.wait(request, PATIENCE)
    return request


def wait_for(condition, worker):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        worker.poll()
        time.sleep(0.005)


def begin(worker, name):
    """A job that has said that it is at work."""
    request = ask(worker, name)
    wait_for(lambda: request.message == "Listening" or request.done, worker)
    assert not request.done
    return request


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def assert_one_sentence(request, *said):
    """It failed, and its error is for people: a sentence or two, without line breaks or the traceback's words."""
    assert request.done and request.result is None and not request.cancelled
    assert request.error[0].isupper() and request.error.endswith(".")
    assert "\n" not in request.error and "Traceback" not in request.error
    for words in said:
        assert words in request.error


def test_a_job_with_progress_and_result(worker, tmp_path):
    request = worker.submit("animate", {"path": "/fake/quick", "output": str(tmp_path / "take.npz")})
    assert not request.done
    assert worker.wait(request, PATIENCE)
    assert request.error is None and not request.cancelled
    assert (request.fraction, request.message) == (0.5, "Listening")
    assert load_take(request.result["take"]).motion.frames == request.result["frames"]


def test_the_process_stays_warm(worker):
    ask_and_wait(worker, "quick")
    first = worker.pid
    ask_and_wait(worker, "quick")
    assert worker.pid == first is not None


def test_jobs_wait_in_line(worker):
    requests = [ask(worker, "quick") for _ in range(5)]
    for request in requests:
        assert worker.wait(request, PATIENCE) and request.error is None


def test_a_timeout_leaves_the_job_running(worker):
    request = begin(worker, "slow")
    assert not worker.wait(request, 0.1)
    assert worker.busy and not request.done


def test_a_failure_is_passed_on(worker):
    assert ask_and_wait(worker, "unreadable").error == "The clip cannot be read: choose another."
    request = ask_and_wait(worker, "defect")
    assert_one_sentence(request, "defect", str(worker.log))
    assert "ZeroDivisionError" in worker.log.read_text()


def test_a_refused_job_is_told(worker):
    request = worker.submit("analyze", {"path": "relative.wav"})
    assert worker.wait(request, PATIENCE)
    assert_one_sentence(request, "path must be the absolute path", str(worker.log))


def test_what_cannot_be_written_as_json_is_told(worker):
    request = worker.submit("analyze", {"path": Path("/fake/quick")})
    assert_one_sentence(request, "JSON")
    assert worker.pid is None


def test_cancelling_keeps_the_process(worker):
    request = begin(worker, "slow")
    pid = worker.pid
    worker.cancel(request)
    assert request.message == "Cancelling" and not request.done
    assert worker.wait(request, PATIENCE)
    assert request.cancelled and request.error is None and request.result is None
    assert ask_and_wait(worker, "quick").result
    assert worker.pid == pid


@pytest.mark.parametrize("name", ["deaf", *(pytest.param(name, marks=posix) for name in ("stubborn", "gripping"))])
def test_a_job_that_ignores_cancelling_is_ended(make, name):
    worker = make(cancel_grace=0.2)
    request = begin(worker, name)
    pid = worker.pid
    waiting, cancelled = ask(worker, "quick"), ask(worker, "quick")
    worker.cancel(request)
    worker.cancel(cancelled)
    for open_request in (request, waiting, cancelled):
        assert worker.wait(open_request, PATIENCE)
    assert request.cancelled and cancelled.cancelled
    assert waiting.result  # done by another process
    assert worker.pid != pid and not is_alive(pid)


def test_cancelling_before_the_process_has_answered(worker):
    request = ask(worker, "slow")
    worker.cancel(request)
    assert request.done and request.cancelled
    assert ask_and_wait(worker, "quick").result


def test_cancelling_what_is_done_does_nothing(worker):
    request = ask_and_wait(worker, "quick")
    worker.cancel(request)
    assert request.result and not request.cancelled


@pytest.mark.parametrize("name", ["crash", "exit"])
def test_death_during_a_job(worker, name):
    request = ask(worker, name)
    after = ask(worker, "quick")
    assert worker.wait(request, PATIENCE)
    assert_one_sentence(request, "died", "SIGABRT" if name == "crash" else "exit status 3", str(worker.log))
    assert worker.wait(after, PATIENCE) and after.result  # the next job has a new process


@posix
def test_being_killed_while_idle_is_not_even_noticed(worker):
    ask_and_wait(worker, "quick")
    pid = worker.pid
    os.kill(pid, signal.SIGKILL)
    assert ask_and_wait(worker, "quick").result
    assert worker.pid != pid


@posix
@pytest.mark.parametrize("moment", range(6))
def test_being_killed_at_any_moment(worker, moment):
    request = ask(worker, "slow")
    for _ in range(moment * 10):
        worker.poll()
        time.sleep(0.005)
    os.kill(worker.pid, signal.SIGKILL)
    # A job that had not begun is given to a new process.
    wait_for(lambda: request.done or (request.message == "Listening" and request.fraction > 0), worker)
    if request.done:
        assert_one_sentence(request, "SIGKILL")
    worker.cancel(request)
    assert ask_and_wait(worker, "quick").result


@posix
def test_a_stopped_process_is_ended(make):
    """SIGSTOP is what a debugger or a full swap looks like: no answer, no death."""
    worker = make(cancel_grace=0.2)
    request = begin(worker, "slow")
    os.kill(worker.pid, signal.SIGSTOP)
    worker.cancel(request)
    assert worker.wait(request, PATIENCE) and request.cancelled
    assert ask_and_wait(worker, "quick").result


@posix
def test_nothing_is_left_running(worker):
    request = ask(worker, "family")
    wait_for(lambda: request.message.isdigit(), worker)
    grandchild, pid = int(request.message), worker.pid
    assert is_alive(grandchild)
    worker.stop()
    assert request.cancelled
    assert not is_alive(pid)
    wait_for(lambda: Path(f"/proc/{grandchild}/stat").exists() is False or is_zombie(grandchild), worker)


def is_zombie(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("name", ["deaf", *(pytest.param(name, marks=posix) for name in ("stubborn", "gripping"))])
def test_stopping_ends_any_process(worker, name):
    request = begin(worker, name)
    pid = worker.pid
    worker.stop()
    assert request.cancelled and worker.pid is None and not is_alive(pid)
    assert ask_and_wait(worker, "quick").result  # and a stopped worker starts again


def test_an_idle_process_goes_and_comes_back(make):
    worker = make(idle_timeout=0.2)
    ask_and_wait(worker, "quick")
    wait_for(lambda: worker.pid is None, worker)
    for _ in range(10):  # sooner or later a job meets a process that is about to go
        assert ask_and_wait(worker, "quick").result
        time.sleep(0.19)


def program(tmp_path, text):
    file = tmp_path / "program.py"
    file.write_text(text)
    return (str(file),)


HELLO = """
import json, sys
def say(**body):
    print(json.dumps({"jsonrpc": "2.0"} | body), flush=True)
say(id="initialize", result={"protocol": 1})
"""


def test_garbage_on_the_stream_is_ignored_and_logged(make, tmp_path):
    text = """
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "analyze":
        print("Traceback: no message")
        sys.stdout.buffer.write(b"\\xff\\xfe\\x00\\n" + b"[" * 100000 + b"\\n\\n")
        say(method="progress", params={"id": request["id"], "fraction": "half"})
        say(method="progress", params={"id": 99, "fraction": 0.5, "message": ""})
        say(method="dance")
        say(id=77, result=1)
        say(id=None, error={"code": -32700, "message": "?"})
        say(id="x", method="please")
        for _ in range(500):
            print("noise")
        say(id=request["id"], result="kept")
"""
    worker = make(program(tmp_path, HELLO + text))
    assert ask_and_wait(worker, "anything").result == "kept"
    log = worker.log.read_text()
    assert "Traceback: no message" in log
    assert log.count("noise") < 200


def test_another_version_is_refused(make, tmp_path):
    worker = make(program(tmp_path, HELLO.replace('"protocol": 1', '"protocol": 2') + "sys.stdin.read()"))
    request = ask_and_wait(worker, "quick")
    assert_one_sentence(request, "another version")
    assert worker.pid is None


def test_a_program_that_never_answers(make, tmp_path):
    worker = make(program(tmp_path, "import time; time.sleep(60)"), start_timeout=0.2)
    assert_one_sentence(ask_and_wait(worker, "quick"), "did not answer", str(worker.log))


def test_a_program_that_cannot_start_is_quoted(make, tmp_path):
    worker = make(program(tmp_path, "import a_package_that_is_missing"))
    worker.log.parent.mkdir()
    worker.log.write_text("the last words of another session\n")
    assert_one_sentence(ask_and_wait(worker, "quick"), "No module named 'a_package_that_is_missing'", "preferences")
    worker = make(program(tmp_path, "raise SystemExit(4)"))
    assert_one_sentence(ask_and_wait(worker, "quick"), "exit status 4")


def test_a_program_that_dies_before_each_job(make, tmp_path):
    worker = make(program(tmp_path, HELLO + "sys.stdin.readline(); sys.stdin.readline(); sys.exit(5)"))
    assert_one_sentence(ask_and_wait(worker, "quick"), "died", "exit status 5")


def test_a_program_that_closes_its_output_and_lingers(make, tmp_path):
    text = "import os, time; sys.stdin.readline(); sys.stdin.readline(); os.close(1); time.sleep(60)"
    worker = make(program(tmp_path, HELLO + text))
    assert_one_sentence(ask_and_wait(worker, "quick"), "died")


@pytest.mark.parametrize("python", ["/no/such/python", "/", str(ROOT / "LICENSE")])
def test_an_interpreter_that_is_none(make, python):
    assert_one_sentence(ask_and_wait(make(python=python), "quick"), python, "preferences")


def test_a_log_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    worker = client.Worker(sys.executable, ROOT, tmp_path / "file" / "logs", program=FAKE)
    assert_one_sentence(ask_and_wait(worker, "quick"), "log")


def test_logs_do_not_pile_up(make):
    worker = make()
    worker.log.parent.mkdir()
    worker.log.write_bytes(b"x" * (client.LOG_LIMIT + 1))
    old, fresh = worker.log.with_name("worker-1.log"), worker.log.with_name("worker-2.log")
    for log in (old, fresh):
        log.write_text("")
    os.utime(old, (0, 0))
    ask_and_wait(worker, "quick")
    assert not old.exists() and fresh.exists()
    assert worker.log.stat().st_size < client.LOG_LIMIT


def test_the_child_does_not_inherit_blenders_python(make, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/opt/blender/5.2/python")
    monkeypatch.setenv("PYTHONPATH", "/opt/blender/addons")
    monkeypatch.setenv("BLENDER_USER_RESOURCES", "/home/artist")
    (tmp_path / "numpy.py").write_text("raise ImportError('the current folder is not to be looked at')")
    monkeypatch.chdir(tmp_path)
    text = "import os; import numpy; say(method='exiting'); sys.stdin.readline(); sys.stdin.readline();"
    worker = make(program(tmp_path / "..", HELLO + text + "say(id=1, result=dict(os.environ))"))
    environment = ask_and_wait(worker, "quick").result
    assert environment["PYTHONPATH"] == str(ROOT)
    assert environment["PYTHONNOUSERSITE"] == "1"
    assert "PYTHONHOME" not in environment and "BLENDER_USER_RESOURCES" not in environment


def test_one_worker_for_one_python_and_code(tmp_path):
    try:
        first = client.shared_worker("/a/python", ROOT, tmp_path)
        assert client.shared_worker("/a/python", ROOT, tmp_path) is first
        assert client.shared_worker("/b/python", ROOT, tmp_path) is not first
    finally:
        client.stop_all()
    assert client.shared_worker("/a/python", ROOT, tmp_path) is not first
    client.stop_all()


def test_opening_a_file_ends_what_is_at_work_only(make):
    busy, idle = make(), make()
    request = begin(busy, "slow")
    ask_and_wait(idle, "quick")
    client.stop_busy()
    assert request.cancelled and busy.pid is None
    assert idle.pid is not None
    client.stop_all()
    assert idle.pid is None


OWNER = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from tests.unit.backend_modules import load
client = load("client")
worker = client.Worker(sys.executable, {str(ROOT)!r}, sys.argv[1], program=({FAKE[0]!r},))
request = worker.submit("analyze", {{"path": "/fake/" + sys.argv[3]}})
while request.message != "Listening":
    worker.poll()
    time.sleep(0.01)
print(worker.pid, flush=True)
if sys.argv[2] == "wait":
    time.sleep(60)
assert "bpy" not in sys.modules and "numpy" not in sys.modules
"""


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")


@posix
@pytest.mark.parametrize(
    ("how", "name"),
    [("exit", "slow"), ("wait", "slow"), ("wait", "deaf"), pytest.param("wait", "gripping", marks=linux)],
)
def test_the_worker_ends_with_its_owner(tmp_path, how, name):
    """At a normal exit by `atexit`; when the owner is killed by the end of its input, or by the kernel."""
    command = [sys.executable, "-c", OWNER, tmp_path, how, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        if how == "wait":
            owner.kill()
        owner.wait(PATIENCE)
        assert owner.returncode == (-signal.SIGKILL if how == "wait" else 0)
    deadline = time.monotonic() + 30  # the job itself would take a minute
    while is_alive(pid) and not is_zombie(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@posix
def test_how_a_process_ended_is_told():
    assert "SIGKILL" in process.describe_end(-9) and "memory" in process.describe_end(-9)
    assert process.describe_end(3) == "exit status 3"
    assert process.describe_end(0xC0000005) == "crashed with status 0xC0000005"
    assert process.describe_end(-250) == "killed by signal 250"
