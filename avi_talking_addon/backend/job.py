# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators whose work takes long: they block where there is no window, and are modal where there is one.

    class AVI_TALKING_OT_listen(JobOperator, bpy.types.Operator):
        \"\"\"Find the words in the selected strip\"\"\"

        bl_idname, bl_label = "avi_talking.listen", "Listen"

        @classmethod
        def disabled_reason(cls, context):                # "" when it can be pressed
            return "" if context.scene.sequence_editor else "Add a sound strip first"

        def prepare(self, context):                       # reads the scene; may raise JobError
            self.scene_uid = context.scene.session_uid    # names and ids, never data-blocks
            return "analyze", {"path": "/clips/line.wav"}

        def finish(self, context, result):                # changes the scene, all at once; may raise JobError
            return f"Heard {len(result['words'])} words."

Panels read `state`. `step` is the pump: a timer's event in a window, a loop elsewhere, and a plain call in tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent

from ...model_backend.errors import JobError
from .. import messages
from ..packages import ROOT_FOLDER, ROOT_PACKAGE
from . import client
from .environment import Interpreter, find_interpreter
from .runs import Job, Run

if TYPE_CHECKING:
    _Operator = bpy.types.Operator
else:
    _Operator = object

TICK = 0.1
"""Seconds between two looks at the job in a window."""


@dataclass
class JobState:
    """What panels show of the job that is under way; there is one at a time in a Blender."""

    running: bool = False
    label: str = ""
    """Of the operator at work, or of the last one."""
    fraction: float = 0.0
    message: str = ""
    error: str = ""
    """Why the last job failed, until the next one begins."""
    cancel_requested: bool = False

    def cancel(self) -> None:
        """Have the running job stopped; its operator sees to it at its next tick."""
        if self.running:
            self.cancel_requested, self.message = True, "Cancelling"


state = JobState()

listener: Callable[[JobState], None] | None = None
"""Called after each change of `state` in a blocking job: a script's progress on the terminal."""


class JobOperator(_Operator):
    """Mixin, put before `bpy.types.Operator`. Subclasses define `prepare` (or `start`) and `finish`."""

    bl_options = {"UNDO"}  # not REGISTER: a change in the redo panel would do the whole job again

    _run: Run | None = None
    _timer: Any = None

    # For subclasses ---------------------------------------------------------------------------------------------

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        """Why it cannot be pressed now, for its tooltip; empty when it can. Is asked at each redraw."""
        return ""

    def prepare(self, context: bpy.types.Context) -> tuple[str, Mapping[str, Any]]:
        """The worker's method and its parameters (`model_backend.protocol`). May raise `JobError`."""
        raise NotImplementedError

    def start(self, context: bpy.types.Context) -> Run:
        """The work. Overridden where it is not the worker's."""
        method, params = self.prepare(context)
        return Job(interpreter(context), ROOT_FOLDER, user_folder() / "logs", method, params)

    def finish(self, context: bpy.types.Context, result: Any) -> str | None:
        """Change the scene. Returns what to tell the user, or None. May raise `JobError`, the scene being as it was."""
        raise NotImplementedError

    # Blender's calls --------------------------------------------------------------------------------------------

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = f"{state.label} is at work" if state.running else cls.disabled_reason(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The whole job at once. A break (Ctrl+C) cancels it."""
        if not self._begin(context):
            return {"CANCELLED"}
        run = self._run
        assert run is not None
        try:
            while (outcome := self.step(context)) is None:
                if listener is not None:
                    listener(state)
                run.wait_for_news(TICK)
        finally:
            self._end(context)
        return outcome

    def invoke(self, context: bpy.types.Context, event: Any) -> set[str]:
        if not has_window(context):
            return self.execute(context)
        if not self._begin(context):
            return {"CANCELLED"}
        manager = context.window_manager
        self._timer = manager.event_timer_add(TICK, window=context.window)
        manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: Any) -> set[str]:
        if event.type == "ESC" and event.value == "PRESS":
            # Carried out at the next tick, so that "Cancelling" is seen at once.
            state.cancel()
            self._show(context)
            return {"RUNNING_MODAL"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        outcome = None
        try:
            outcome = self.step(context)
        except BaseException:
            self._end(context)
            raise
        if outcome is None:
            return {"PASS_THROUGH"}
        self._end(context)
        return outcome

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender ends the operator: a file is opened, the window closed."""
        self._end(context)

    # The pump ---------------------------------------------------------------------------------------------------

    def step(self, context: bpy.types.Context) -> set[str] | None:
        """One look at the work: None while it goes on, the operator's return value when it has ended."""
        run = self._run
        if run is None:  # stopped from outside
            return {"CANCELLED"}
        if state.cancel_requested and not run.cancelling:
            run.cancel()
        try:
            done = run.step()
            state.fraction, state.message = run.fraction, run.message
            if not done:
                self._show(context)
                return None
            if run.cancelled:
                messages.say("INFO", f"{self.bl_label} was cancelled.")
                self.report({"INFO"}, f"{self.bl_label} was cancelled")
                return {"CANCELLED"}
            if run.error is not None:
                raise JobError(run.error)
            said = self.finish(context, run.result)
        except JobError as error:
            return self._fail(error)
        except Exception as error:
            state.error = f"This is a defect in AVI Talking ({type(error).__name__}: {error}). Please report it."
            messages.say("ERROR", state.error)
            raise
        if said:
            self.report({"INFO"}, said)
        return {"FINISHED"}

    def _begin(self, context: bpy.types.Context) -> bool:
        messages.clear()
        state.error = ""
        try:
            self._run = self.start(context)
        except JobError as error:
            self._fail(error)
            return False
        state.running, state.cancel_requested, state.fraction = True, False, 0.0
        state.label, state.message = self.bl_label, "Starting"
        self._show(context)
        return True

    def _fail(self, error: JobError) -> set[str]:
        state.error = str(error)
        messages.say("ERROR", str(error))
        self.report({"ERROR"}, str(error))
        return {"CANCELLED"}

    def _end(self, context: bpy.types.Context) -> None:
        run, self._run = self._run, None
        if run is not None and not run.done:
            run.abandon()
        if run is not None:
            state.running = state.cancel_requested = False
        timer, self._timer = self._timer, None
        if timer is not None:
            context.window_manager.event_timer_remove(timer)
            if context.workspace is not None:
                context.workspace.status_text_set(None)
        messages.redraw()

    def _show(self, context: bpy.types.Context) -> None:
        if self._timer is not None and context.workspace is not None:
            text = f"{self.bl_label}: {state.message} ({state.fraction:.0%})   Esc to cancel"
            context.workspace.status_text_set(text)
        messages.redraw()


class AVI_TALKING_OT_cancel(bpy.types.Operator):
    """Stop what AVI Talking is doing; the scene stays as it is"""

    bl_idname = "avi_talking.cancel"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return state.running

    def execute(self, context: bpy.types.Context) -> set[str]:
        state.cancel()
        messages.redraw()
        return {"FINISHED"}


def has_window(context: bpy.types.Context) -> bool:
    """Whether there is an event loop that would call `modal`."""
    return not bpy.app.background and context.window is not None


# The backend of this Blender ------------------------------------------------------------------------------------


def user_folder() -> Path:
    """The extension's own folder in the user's files."""
    try:
        return Path(bpy.utils.extension_path_user(ROOT_PACKAGE))
    except ValueError:  # run from its sources, not installed as an extension
        return Path(bpy.utils.user_resource("EXTENSIONS", path=".user")) / "sources" / "avi_talking"


def interpreter(context: bpy.types.Context) -> Interpreter:
    """The Python that is to run the backend. Raises `JobError` where there is none."""
    addon = context.preferences.addons.get(ROOT_PACKAGE)
    chosen = getattr(addon.preferences, "python", "") if addon is not None else ""
    return find_interpreter(chosen, user_folder(), blender=bpy.app.binary_path)


@persistent
def _before_loading(*_: object) -> None:
    client.stop_busy()


CLASSES = (AVI_TALKING_OT_cancel,)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.app.handlers.load_pre.append(_before_loading)


def unregister() -> None:
    bpy.app.handlers.load_pre.remove(_before_loading)
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
    client.stop_all()
