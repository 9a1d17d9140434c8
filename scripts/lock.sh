#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Write requirements/backend.txt and dev.txt from the .in files, for every platform, with hashes. dev.txt is constrained
# by backend.txt, so that the tests run what is shipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly uv=.venvs/lock/bin/uv
readonly uv_version=0.13.9
if [[ "$("$uv" --version 2>/dev/null)" != "uv $uv_version"* ]]; then
    .venv/bin/python -m venv --clear .venvs/lock
    .venvs/lock/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
fi
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --custom-compile-command "make lock" "$@"
}
compile requirements/backend.in --output-file requirements/backend.txt
compile requirements/dev.in --constraints requirements/backend.txt --output-file requirements/dev.txt
