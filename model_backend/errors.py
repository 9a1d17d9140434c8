# SPDX-License-Identifier: GPL-3.0-or-later
"""The one kind of failure that is shown to people."""


class JobError(Exception):
    """A job cannot be done. Its text is one sentence: what happened and what to do about it.

    Raised anywhere in the backend for trouble that the user can act on; the command line prints it
    and exits with 1, the worker sends it to Blender's panel. Any other exception is a defect.
    """
