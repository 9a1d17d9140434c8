# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding, checking and installing the Python that runs the backend. Programs here are small and real."""

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from .backend_modules import ROOT, load

client = load("client")
environment = load("environment")
installation = load("installation")
runs = load("runs")
JobError = environment.JobError

posix = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts stand in for interpreters")
PATIENCE = 120  # seconds before a test gives up; nothing is timed
FAKE = str(Path(__file__).with_name("fake_worker.py"))


@pytest.fixture(autouse=True)
def fresh():
    environment._known.clear()
    yield
    client.stop_all()


def script(path, text, executable=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755 if executable else 0o644)
    return str(path)


def answering(path, version, missing="[]"):
    """A program that answers the check as a Python of `version` does."""
    return script(path, f"echo warning; echo 'avi-talking:[{version}, {missing}]'")


def find(tmp_path, preference="", environ=None):
    return environment.find_interpreter(preference, tmp_path, environ or {}, blender=str(tmp_path / "blender"))


def problem(call, *arguments):
    with pytest.raises(JobError) as caught:
        call(*arguments)
    text = str(caught.value)
    assert text[0].isupper() and text.endswith(".") and "\n" not in text
    return text


def test_the_preference_goes_before_the_variable_and_both_before_the_installed(tmp_path):
    installed = environment.python_of(environment.installed_folder(tmp_path))
    one, two = script(tmp_path / "one", ""), script(tmp_path / "two", "")
    script(installed, "")
    variable = {"AVI_TALKING_PYTHON": two}
    assert find(tmp_path, one, variable) == environment.Interpreter(one, "preferences")
    assert find(tmp_path, " ", variable) == environment.Interpreter(two, "variable")
    assert find(tmp_path) == environment.Interpreter(str(installed), "installed")


def test_a_virtual_environments_folder_stands_for_its_python(tmp_path):
    python = script(environment.python_of(tmp_path / "venv"), "")
    assert find(tmp_path, str(tmp_path / "venv")).path == python


def test_no_backend_at_all(tmp_path):
    assert "press Install Backend" in problem(find, tmp_path)


def test_what_is_chosen_is_not_replaced_by_something_else(tmp_path):
    script(environment.python_of(environment.installed_folder(tmp_path)), "")
    assert "preferences" in problem(find, tmp_path, "/no/such/python")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("missing", "does not exist"),
        ("folder", "folder without a Python"),
        ("text", "may be executed"),
        ("blender", "is Blender"),
        ("../python", "not an absolute path"),
        ("nul\0", "does not exist"),
        ("~nobody-of-this-name/python", "cannot be looked at"),
        ("x" * 5000, "cannot be looked at"),
    ],
)
def test_what_cannot_be_an_interpreter_is_told(tmp_path, chosen, said):
    (tmp_path / "folder").mkdir()
    script(tmp_path / "text", "", executable=False)
    script(tmp_path / "blender", "")
    path = chosen if chosen.startswith(("~", "..")) else str(tmp_path / chosen)
    text = problem(find, tmp_path, path)
    assert said in text and "preferences" in text
    assert "variable" in problem(find, tmp_path, "", {"AVI_TALKING_PYTHON": path})


def test_this_python_is_found_good():
    interpreter = environment.Interpreter(sys.executable, "variable")
    found = environment.check(interpreter, ("json", "numpy"))
    assert found.version == ".".join(map(str, sys.version_info[:3]))


def test_missing_packages_are_named():
    interpreter = environment.Interpreter(sys.executable, "variable")
    text = problem(environment.check, interpreter, ("json", "no_such_package", "nor_this"))
    assert "lacks the packages no_such_package, nor_this" in text and "json" not in text


@posix
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo 'avi-talking:[[3, 10, 4], []]'", "is Python 3.10.4, but the backend needs 3.11 to 3.14"),
        ("echo 'avi-talking:[[3, 15, 0], []]'", "is Python 3.15.0"),
        ("echo 'avi-talking:[[2, 7, 18], [\"numpy\"]]'", "is Python 2.7.18"),
        ("echo 'avi-talking:[[3, 11, 4], [\"torch\"]]'", "lacks the package torch"),
        ("echo 'avi-talking:{'", "not a working Python"),
        ("echo 'avi-talking:[1, 2, 3]'", "not a working Python"),
        ("echo hello", "not a working Python"),
        ("exit 9", "not a working Python"),
        ("kill -9 $$", "not a working Python"),
        ("head -c 300000 /dev/urandom", "not a working Python"),
    ],
)
def test_programs_that_are_not_the_right_python(tmp_path, text, said):
    assert said in problem(environment.check, environment.Interpreter(script(tmp_path / "python", text), "preferences"))


@posix
def test_a_program_that_cannot_be_loaded(tmp_path):
    (tmp_path / "python").write_bytes(b"\x7fELF garbage")
    (tmp_path / "python").chmod(0o755)
    interpreter = environment.Interpreter(str(tmp_path / "python"), "preferences")
    assert "cannot be started" in problem(environment.check, interpreter)


@posix
def test_a_program_that_never_answers(tmp_path):
    interpreter = environment.Interpreter(script(tmp_path / "python", "sleep 60"), "preferences")

    def wait():
        for _ in environment.check_steps(interpreter, timeout=0.2):
            time.sleep(0.01)

    assert "does not answer" in problem(wait)


@posix
def test_a_good_interpreter_is_asked_once(tmp_path):
    counter = tmp_path / "count"
    text = f"echo x >> {counter}; echo 'avi-talking:[[3, 11, 0], []]'"
    interpreter = environment.Interpreter(script(tmp_path / "python", text), "preferences")
    environment.check(interpreter)
    environment.check(interpreter)
    assert counter.read_text() == "x\n"
    environment.forget(interpreter)
    environment.check(interpreter)
    assert counter.read_text() == "x\nx\n"


# Runs -----------------------------------------------------------------------------------------------------------


def finish(run):
    deadline = time.monotonic() + PATIENCE
    while not run.step():
        assert time.monotonic() < deadline
        run.wait_for_news(0.05)
    return run


def job(tmp_path, name, python=None):
    """A job whose interpreter is found good and runs the worker's stand-in."""
    python = python or script(
        tmp_path / "python",
        f'case "$1" in -c) echo "avi-talking:[[3, 11, 0], []]";; *) shift 2; exec {sys.executable} {FAKE} "$@";; esac',
    )
    interpreter = environment.Interpreter(python, "preferences")
    return runs.Job(interpreter, ROOT, tmp_path / "logs", "analyze", {"path": f"/fake/{name}"})


@posix
def test_a_job_looks_at_its_python_then_works(tmp_path):
    run = job(tmp_path, "quick")
    messages = []
    while not run.step():
        messages.append(run.message)
        run.wait_for_news(0.05)
    assert run.result["words"] and run.error is None and not run.cancelled
    assert messages[0] == "Looking for the backend" and "Starting the backend" in messages
    assert run.fraction == 0.5


@posix
def test_a_jobs_failures_are_told(tmp_path):
    assert finish(job(tmp_path, "unreadable")).error == "The clip cannot be read: choose another."
    assert "died" in finish(job(tmp_path, "crash")).error
    assert (
        "lacks the package" in finish(job(tmp_path, "quick", answering(tmp_path / "p", "[3, 11, 0]", '["av"]'))).error
    )
    assert "not a working Python" in finish(job(tmp_path, "quick", script(tmp_path / "q", ""))).error


@posix
@pytest.mark.parametrize("after", ["Looking for the backend", "Starting the backend", "Listening"])
def test_a_job_is_cancelled_at_any_moment(tmp_path, after):
    run = job(tmp_path, "slow")
    while run.message != after:
        assert not run.step()
        run.wait_for_news(0.01)
    run.cancel()
    assert run.message == "Cancelling"
    finish(run)
    assert run.cancelled and run.error is None and run.result is None


@posix
def test_an_abandoned_job_leaves_nothing_running(tmp_path):
    run = job(tmp_path, "slow")
    while run.message != "Listening":
        assert not run.step()
        run.wait_for_news(0.01)
    worker = client.shared_worker(tmp_path / "python", ROOT, tmp_path / "logs")
    assert worker.pid is not None
    run.abandon()
    assert run.done and run.cancelled and worker.pid is None


# Installing -----------------------------------------------------------------------------------------------------


def wheel(folder, name):
    """A package of one module; returns its locked requirement line."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return f"{name} @ {path.as_uri()} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def lists(tmp_path):
    """Locked lists of two tiny packages in place of the real ones."""
    folder = tmp_path / "requirements"
    folder.mkdir()
    (folder / "torch.txt").write_text(wheel(tmp_path, "tinytorch"))
    (folder / "backend.txt").write_text(wheel(tmp_path, "tinybackend"))
    return folder


def install(tmp_path, lists, **options):
    options = {"bases": [sys.executable], "packages": ("tinytorch", "tinybackend")} | options
    return installation.Installation(tmp_path / "user", lists, tmp_path / "user" / "install.log", True, **options)


def left_over(tmp_path):
    return sorted(path.name for path in (tmp_path / "user").iterdir())


def test_a_real_environment_is_installed(tmp_path, lists):
    run = install(tmp_path, lists)
    fractions = []
    while not run.step():
        fractions.append(run.fraction)
        run.wait_for_news(0.05)
    assert run.error is None
    assert fractions == sorted(fractions) and 0 < fractions[-1] <= 1
    assert left_over(tmp_path) == ["backend", "install.log"]
    interpreter = find(tmp_path / "user")
    assert interpreter.path == run.result.python
    environment.check(interpreter, ("tinytorch", "tinybackend"))
    assert "lacks" in problem(environment.check, interpreter, ("numpy",))  # it is one of its own
    # A file that is not the one that was tested is refused.
    (lists / "backend.txt").write_text(wheel(tmp_path, "tinybackend").rpartition(":")[0] + ":" + "0" * 64)
    step = installation.plan(sys.executable, environment.installed_folder(tmp_path / "user"), lists)[2]
    refused = subprocess.run(step.command, capture_output=True, text=True, timeout=PATIENCE)
    assert refused.returncode != 0 and "HASHES" in refused.stderr


def stub_base(tmp_path, pip="echo Collecting one; echo Collecting two", missing="[]"):
    """A Python whose environments hold a program that answers as one, and whose pip is the shell command `pip`."""
    inner = script(
        tmp_path / "inner", f"case \"$2\" in pip) {pip};; *) echo 'avi-talking:[[3, 12, 1], {missing}]';; esac"
    )
    return script(
        tmp_path / "base",
        f"""
case "$1$2" in
    -mvenv) mkdir -p "$4/bin" && cp {inner} "$4/bin/python";;
    -cimport\\ shutil*) rm -rf "$3";;
    *) echo 'avi-talking:[[3, 12, 1], []]';;
esac""",
    )


@posix
def test_an_environment_is_replaced_only_by_one_that_works(tmp_path, lists):
    def try_again(**stub):
        return finish(install(tmp_path, lists, bases=[stub_base(tmp_path, **stub)]))

    assert try_again().result.version == "3.12.1"
    good = Path(find(tmp_path / "user").path)
    good.with_name("mark").write_text("the first")
    for stub, said in (
        ({"pip": "echo ERROR: No space left on device; exit 1"}, "Installing PyTorch failed (No space left on device)"),
        ({"pip": "kill -9 $$"}, "killed by SIGKILL"),
        ({"missing": '["torch"]'}, "lacks the package torch"),
    ):
        run = try_again(**stub)
        assert run.result is None and said in run.error, run.error
        assert left_over(tmp_path) == ["backend", "install.log"]
        assert good.with_name("mark").exists()
    assert try_again().error is None
    assert left_over(tmp_path) == ["backend", "install.log"]
    assert not good.with_name("mark").exists()


@posix
def test_an_installation_is_cancelled(tmp_path, lists):
    run = install(tmp_path, lists, bases=[stub_base(tmp_path, pip="echo Collecting torch; sleep 60")])
    while run.message != "Installing PyTorch: torch":
        assert not run.step()
        run.wait_for_news(0.01)
    run.cancel()
    assert finish(run).cancelled
    assert left_over(tmp_path) == ["install.log"]


def test_nothing_is_fetched_without_leave(tmp_path, lists):
    text = problem(lambda: installation.Installation(tmp_path / "user", lists, tmp_path / "log", False))
    assert "Allow Online Access" in text
    assert not (tmp_path / "user").exists()


def test_an_add_on_without_its_lists(tmp_path):
    problem(lambda: installation.Installation(tmp_path / "user", tmp_path, tmp_path / "log", True))


def test_no_python_to_begin_with(tmp_path, lists):
    bases = [answering(tmp_path / "old", "[3, 9, 2]"), answering(tmp_path / "bare", "[3, 12, 2]", '["ensurepip"]')]
    run = finish(install(tmp_path, lists, bases=[*bases, "/no/such/python"]))
    assert "No Python 3.11 to 3.14" in run.error
    log = (tmp_path / "user" / "install.log").read_text()
    assert "3.9.2" in log and "ensurepip" in log


def test_a_folder_that_cannot_be_written(tmp_path, lists):
    (tmp_path / "user").write_text("")
    assert "Make the folder writable" in finish(install(tmp_path, lists)).error


def test_the_plan_names_the_shipped_lists():
    steps = installation.plan("/usr/bin/python3.11", Path("/x/backend"), ROOT / "requirements")
    assert [step.command[1:3] for step in steps] == [("-m", "venv"), ("-m", "pip"), ("-m", "pip")]
    for step in steps[1:]:
        assert "--require-hashes" in step.command
        assert Path(step.command[-1]).is_file()
    assert abs(sum(step.share for step in steps) - 1) < 1e-9


@posix
def test_candidates_are_programs_each_once(tmp_path):
    for name in ("python3.12", "python3.9", "python3"):
        script(tmp_path / name, "")
    found = installation.candidates({"PATH": str(tmp_path)})
    assert found == [str(tmp_path / "python3.12"), str(tmp_path / "python3"), sys.executable]
    assert os.fspath(tmp_path / "python3.9") not in found
