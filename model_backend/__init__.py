# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech and words to FLAME coefficients. Usable without Blender; never imports `bpy`.

Importing this package imports nothing heavy: `take`, `protocol` and `controls` need numpy and the
standard library only, because Blender's side imports them too.
"""

__version__ = "0.1.0"
