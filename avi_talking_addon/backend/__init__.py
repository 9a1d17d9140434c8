# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the backend, a process of its own: Blender never loads PyTorch and survives the worker's death.

environment   which Python runs the backend, and how one is installed
process       child processes and their end
client        the worker: requests, progress, cancelling, death
runs          a check, a job or an installation, advanced step by step
job           operators around a run: blocking, or modal with progress and Esc

All but `job` work without Blender. Nothing here waits inside Blender's window: a timer asks for news.
"""
