# SPDX-License-Identifier: GPL-3.0-or-later
"""The default head: its geometry, and the program that writes it as a FLAME-format file."""
