# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the lips do: the whole path from sound to keyed mesh, measured in Blender against known phone times.

clips     the corpus and the ALSA recordings, with their true phones
mouth     distances at the mouth, read off the evaluated mesh at every frame
lips      what those distances say about closures, contacts, vowels, lag (numpy only)
report    the table

`make measure` runs all of it; `python -m tests.measure --help` has the choices.
"""
