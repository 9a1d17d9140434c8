#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Run the Blender tests on another Blender than the one of development: scripts/test_blender.sh VERSION [pytest arguments]
#
# VERSION is one of PyPI's bpy: 4.2.23, 4.4.0, 5.0.1 run on Python 3.11, 5.1 and later need python3.13 on this machine.
# Each version keeps an environment in .venvs/; the backend runs in .venv, as it does for a user.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=${1:-}
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    echo "Which Blender? make test-blender VERSION=5.0.1 (any version of https://pypi.org/project/bpy)." >&2
    exit 2
fi
shift
scripts/setup.sh
readonly folder=.venvs/bpy-$version
readonly python=$folder/bin/python
install() { "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "$@"; }

if [[ ! -f $folder/.complete ]]; then
    IFS=. read -r major minor _ <<<"$version"
    if ((major > 5 || (major == 5 && minor >= 1))); then
        command -v python3.13 >/dev/null || { echo "Blender $version needs python3.13 on this machine." >&2; exit 1; }
        python3.13 -m venv --clear "$folder"
        install --require-hashes -r requirements/backend.txt
        install "bpy==$version" pytest hypothesis soundfile
    else
        .venv/bin/python -m venv --clear "$folder"
        install --no-deps "bpy==$version"
        # Everything else is .venv's; its own bpy comes later in the search and is not seen.
        echo "$PWD/.venv/lib/python3.11/site-packages" >"$folder/lib/python3.11/site-packages/development.pth"
    fi
    touch "$folder/.complete"
fi
AVI_TALKING_PYTHON=$PWD/.venv/bin/python exec timeout --kill-after=20 1800 "$python" -m pytest tests/blender "$@"
