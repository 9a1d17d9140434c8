# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs around the project; run by the Makefile."""
