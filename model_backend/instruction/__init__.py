# SPDX-License-Identifier: GPL-3.0-or-later
"""The instruction language: what an instruction means as slots, and the way from words to slots and back."""
