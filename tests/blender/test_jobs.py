# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators around long work: blocking through `bpy.ops`, and modal with events that are sent by hand.

The bpy module never calls `modal` and runs no timers, so the modal tests call the mixin themselves.
"""

import os
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

from tests.blender.addon_fixture import load

job = load("avi_talking_addon.backend.job")
client = load("avi_talking_addon.backend.client")
environment = load("avi_talking_addon.backend.environment")
messages = load("avi_talking_addon.messages")
JobError = load("model_backend.errors").JobError

ROOT = Path(__file__).parents[2]
FAKE = ROOT / "tests" / "unit" / "fake_worker.py"
PATIENCE = 60  # seconds before a test gives up; nothing is timed

TIMER = SimpleNamespace(type="TIMER", value="NOTHING")
ESC = SimpleNamespace(type="ESC", value="PRESS")

pytestmark = [
    pytest.mark.usefixtures("empty_scene"),
    pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the interpreter"),
]


class Behaviour(job.JobOperator):
    """Asks the stand-in for a job and writes what it heard into the scene."""

    bl_label = "Test Job"
    clip: str = "quick"

    def prepare(self, context):
        if self.clip == "unprepared":
            raise JobError("There is no strip: add one.")
        self.scene_uid = bpy.context.scene.session_uid
        return "analyze", {"path": f"/fake/{self.clip}", "transcript": "hi there"}

    def finish(self, context, result):
        scene = next(scene for scene in bpy.data.scenes if scene.session_uid == self.scene_uid)
        if self.clip == "ballast":
            raise JobError("The head has no shape keys: choose another.")
        if self.clip == "noisy":
            raise ZeroDivisionError
        scene["heard"] = result["words"][0]["text"]
        return "Heard something."


class AVI_TALKING_OT_test_job(Behaviour, bpy.types.Operator):
    """A job for tests"""

    bl_idname = "avi_talking.test_job"

    clip: bpy.props.StringProperty(default="quick")

    @classmethod
    def disabled_reason(cls, context):
        return context.scene.get("reason", "")


class Operator(Behaviour):
    """The same outside Blender's hands, with its reports written down."""

    bl_idname = "avi_talking.test_modal"

    def __init__(self, clip):
        self.clip, self.reports = clip, []

    def report(self, kind, text):
        self.reports.append((*kind, text))


class Window:
    """What a modal operator asks of its context, written down."""

    def __init__(self):
        self.timers, self.status, self.handlers = [], None, []
        self.window, self.workspace, self.window_manager = object(), self, self
        self.preferences = SimpleNamespace(addons={})

    def event_timer_add(self, step, window):
        self.timers.append(step)
        return step

    def event_timer_remove(self, timer):
        self.timers.remove(timer)

    def modal_handler_add(self, operator):
        self.handlers.append(operator)

    def status_text_set(self, text):
        self.status = text


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Of the stand-in and its log; one for all tests, so that they share a warm worker."""
    yield tmp_path_factory.mktemp("backend")
    client.stop_all()


@pytest.fixture(autouse=True)
def backend(addon, folder, monkeypatch):
    """A Python that answers the check and runs the worker's stand-in."""
    python = folder / "python"
    python.write_text(
        '#!/bin/sh\ncase "$1" in -c) echo "avi-talking:[[3, 11, 0], []]";; '
        f'*) shift 2; exec {sys.executable} {FAKE} "$@";; esac\n'
    )
    python.chmod(0o755)
    monkeypatch.setenv("AVI_TALKING_PYTHON", str(python))
    monkeypatch.setattr(job, "user_folder", lambda: folder)
    bpy.utils.register_class(AVI_TALKING_OT_test_job)
    yield python
    bpy.utils.unregister_class(AVI_TALKING_OT_test_job)
    assert not job.state.running


@pytest.fixture
def window(monkeypatch):
    monkeypatch.setattr(job, "has_window", lambda context: True)
    return Window()


def run_modal(operator, window, until=lambda: False):
    """Ticks until the operator ends, or until `until`; returns what `modal` returned last."""
    deadline = time.monotonic() + PATIENCE
    while True:
        assert time.monotonic() < deadline
        outcome = operator.modal(window, TIMER)
        if outcome != {"PASS_THROUGH"} or until():
            return outcome
        time.sleep(0.005)


def start_modal(clip, window):
    operator = Operator(clip)
    assert operator.invoke(window, None) == {"RUNNING_MODAL"}
    return operator


def begin_modal(clip, window):
    """A modal operator whose job has begun."""
    operator = start_modal(clip, window)
    run_modal(operator, window, lambda: job.state.message == "Listening")
    assert job.state.running
    return operator


def worker_of(python):
    return client.shared_worker(str(python), load("avi_talking_addon.packages").ROOT_FOLDER, "")


def assert_ended(window):
    assert not job.state.running and not job.state.cancel_requested
    assert window.timers == [] and window.status is None


# Blocking -------------------------------------------------------------------------------------------------------


def test_a_script_gets_the_result():
    assert bpy.ops.avi_talking.test_job() == {"FINISHED"}
    assert bpy.context.scene["heard"] == "hi there"
    assert job.state.error == "" and not job.state.running


def test_without_a_window_invoking_blocks_too():
    assert bpy.ops.avi_talking.test_job("INVOKE_DEFAULT") == {"FINISHED"}
    assert bpy.context.scene["heard"] == "hi there"


@pytest.mark.parametrize(
    ("clip", "said"),
    [
        ("unprepared", "There is no strip: add one."),
        ("unreadable", "The clip cannot be read: choose another."),
        ("crash", "The backend died during the job"),
        ("defect", "This is a defect in AVI Talking"),
        ("ballast", "The head has no shape keys: choose another."),
    ],
)
def test_a_failure_is_said_once_and_leaves_the_scene(clip, said):
    with pytest.raises(RuntimeError) as caught:
        bpy.ops.avi_talking.test_job(clip=clip)
    assert str(caught.value).count(said) == 1
    assert job.state.error.startswith(said)
    assert messages.last.level == "ERROR" and messages.last.text == job.state.error
    assert "heard" not in bpy.context.scene
    assert bpy.ops.avi_talking.test_job() == {"FINISHED"}
    assert job.state.error == ""


def test_a_defect_in_an_operator_is_not_hidden():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        bpy.ops.avi_talking.test_job(clip="noisy")
    assert "defect" in job.state.error
    assert bpy.ops.avi_talking.test_job() == {"FINISHED"}


@pytest.mark.parametrize(
    ("python", "said"),
    [("/no/such/python", "does not exist"), ("", "press Install Backend"), ("/bin/sh", "is not a working Python")],
)
def test_a_missing_backend_is_told(monkeypatch, python, said):
    monkeypatch.setenv("AVI_TALKING_PYTHON", python)
    with pytest.raises(RuntimeError, match=said):
        bpy.ops.avi_talking.test_job()
    assert said in job.state.error


def test_why_it_cannot_be_pressed():
    bpy.context.scene["reason"] = "Add a sound strip first"
    assert not bpy.ops.avi_talking.test_job.poll()
    with pytest.raises(RuntimeError, match="Add a sound strip first"):
        bpy.ops.avi_talking.test_job()


def test_a_script_can_watch(monkeypatch):
    client.stop_all()
    seen = []
    monkeypatch.setattr(job, "listener", lambda state: seen.append((state.running, state.message)))
    bpy.ops.avi_talking.test_job()
    assert (True, "Starting the backend") in seen


def test_a_script_can_be_broken_off(backend, monkeypatch):
    def break_off(state):
        if state.message == "Listening":
            raise KeyboardInterrupt

    monkeypatch.setattr(job, "listener", break_off)
    operator = Operator("slow")
    with pytest.raises(KeyboardInterrupt):
        operator.execute(Window())
    assert not job.state.running and worker_of(backend).pid is None


# In a window ----------------------------------------------------------------------------------------------------


def test_a_modal_job(window):
    operator = start_modal("quick", window)
    assert window.handlers == [operator] and len(window.timers) == 1
    assert job.state.running and job.state.label == operator.bl_label
    assert not bpy.ops.avi_talking.test_job.poll()  # one at a time
    assert run_modal(operator, window) == {"FINISHED"}
    assert bpy.context.scene["heard"] == "hi there"
    assert operator.reports == [("INFO", "Heard something.")]
    assert_ended(window)


def test_blender_stays_usable_meanwhile(window):
    operator = begin_modal("slow", window)
    for event in ("MOUSEMOVE", "LEFTMOUSE", "SPACE", "WINDOW_DEACTIVATE"):
        assert operator.modal(window, SimpleNamespace(type=event, value="PRESS")) == {"PASS_THROUGH"}
    assert operator.modal(window, SimpleNamespace(type="ESC", value="RELEASE")) == {"PASS_THROUGH"}
    assert job.state.running and "Listening" in window.status and "Esc" in window.status
    operator.cancel(window)


def test_progress_is_shown(window):
    operator = begin_modal("slow", window)
    run_modal(operator, window, lambda: 0 < job.state.fraction < 1)
    operator.cancel(window)


@pytest.mark.parametrize("how", ["key", "button"])
def test_cancelling_is_seen_before_it_happens(window, how):
    operator = begin_modal("slow", window)
    if how == "key":
        assert operator.modal(window, ESC) == {"RUNNING_MODAL"}  # not for anybody else
        assert "Cancelling" in window.status
    else:
        assert bpy.ops.avi_talking.cancel() == {"FINISHED"}
    assert job.state.running and job.state.message == "Cancelling"
    assert operator.modal(window, ESC) == {"RUNNING_MODAL"}  # once more does no harm
    assert run_modal(operator, window) == {"CANCELLED"}
    assert [kind for kind, _ in operator.reports] == ["INFO"]
    assert job.state.error == "" and "heard" not in bpy.context.scene
    assert_ended(window)
    assert not bpy.ops.avi_talking.cancel.poll()


@pytest.mark.parametrize("clip", ["unreadable", "crash", "ballast"])
def test_a_modal_failure_is_said_once(window, clip):
    operator = start_modal(clip, window)
    assert run_modal(operator, window) == {"CANCELLED"}
    assert operator.reports == [("ERROR", job.state.error)]
    assert_ended(window)


def test_a_modal_job_that_cannot_start(window):
    operator = Operator("unprepared")
    assert operator.invoke(window, None) == {"CANCELLED"}
    assert operator.reports == [("ERROR", "There is no strip: add one.")]
    assert window.handlers == []
    assert_ended(window)


def test_a_defect_ends_the_modal_job(window):
    operator = start_modal("noisy", window)
    with pytest.raises(ZeroDivisionError):
        run_modal(operator, window)
    assert_ended(window)


@pytest.mark.parametrize("moment", range(4))
def test_blender_survives_the_workers_death_at_any_moment(window, backend, moment):
    client.stop_all()
    operator = start_modal("slow", window)
    worker = worker_of(backend)
    run_modal(operator, window, lambda: worker.pid is not None)
    for _ in range(20 * moment):
        operator.modal(window, TIMER)
        time.sleep(0.005)
    os.kill(worker.pid, signal.SIGKILL)
    run_modal(operator, window, lambda: job.state.message == "Listening" and job.state.fraction > 0)
    if job.state.running:  # it had not begun and was given to a new process
        operator.modal(window, ESC)
        assert run_modal(operator, window) == {"CANCELLED"}
    else:
        assert "SIGKILL" in job.state.error
    assert_ended(window)
    assert bpy.ops.avi_talking.test_job() == {"FINISHED"}


def test_opening_a_file_ends_the_job(window, backend):
    operator = begin_modal("slow", window)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert worker_of(backend).pid is None
    assert run_modal(operator, window) == {"CANCELLED"}
    assert_ended(window)


def test_closing_the_window_ends_the_job(window, backend):
    operator = begin_modal("slow", window)
    operator.cancel(window)
    assert worker_of(backend).pid is None
    assert_ended(window)
    assert operator.modal(window, TIMER) == {"CANCELLED"}


def test_a_warm_worker_survives_opening_a_file(backend):
    bpy.ops.avi_talking.test_job()
    pid = worker_of(backend).pid
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert bpy.ops.avi_talking.test_job() == {"FINISHED"}
    assert worker_of(backend).pid == pid is not None


# The real thing -------------------------------------------------------------------------------------------------


def test_the_real_worker_runs_in_its_own_python(monkeypatch):
    """The preference's interpreter, the real check, the real worker."""
    found = environment.Interpreter(sys.executable, "preferences")
    monkeypatch.setattr(job, "interpreter", lambda context: found)
    operator = Operator("quick")
    operator.prepare = lambda context: ("initialize", {"probe": False})
    results = []
    operator.finish = lambda context, result: results.append(result)
    assert operator.execute(Window()) == {"FINISHED"}
    assert results[0]["pid"] != os.getpid() and results[0]["packages"]["torch"]
