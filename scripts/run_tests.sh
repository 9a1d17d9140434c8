#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Run the tests under a watchdog: a Blender that hangs must end as a failure, not hang the machine that tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec timeout --kill-after=20 "${AVI_TALKING_TEST_TIMEOUT:-1800}" .venv/bin/python -m pytest "$@"
