#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Make everything that `make demo` and `make test` need: system libraries, .venv with the locked packages, the console
# program .venv/bin/avi-talking. Safe to run again; with nothing to do it ends at once.
#
#   PYTHON=/path/to/python3.11   the interpreter to make .venv from (default: the first Python 3.11 found)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly torch_index=https://download.pytorch.org/whl/cpu
readonly stamp=.venv/.avi-talking-setup

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
fail() {
    printf 'Set-up stopped: %s\n' "$*" >&2
    exit 1
}

# The stamp names what was installed and where: an environment does not survive a move of its folder.
state() {
    pwd
    sha256sum requirements/dev.txt requirements/torch.txt pyproject.toml scripts/setup.sh scripts/system_libraries.py
}
up_to_date() { [[ -x .venv/bin/avi-talking && -f $stamp ]] && cmp -s "$stamp" <(state); }
if up_to_date; then
    exit 0
fi
exec 9>.setup-lock # two at once would spoil each other's .venv
flock 9
if up_to_date; then
    exit 0
fi

may_install() { [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; }
install_packages() {
    say "Installing system packages: $*"
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

right_python() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }
usable_venv() { .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }
find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3 python; do
        if right_python "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Everything that the system lacks, on one line.
missing_packages() {
    local any
    usable_venv || find_python >/dev/null || printf 'python3.11 python3.11-venv '
    any=$(command -v python3.11 || command -v python3 || true)
    [[ -z $any ]] || "$any" scripts/system_libraries.py
}
missing=$(missing_packages)
if [[ -n $missing ]] && may_install; then
    # shellcheck disable=SC2086  # a list of package names
    install_packages $missing || true
    missing=$(missing_packages)
fi
if [[ -n $missing ]]; then
    hint=
    if [[ $missing == *python* ]]; then hint=" (or set PYTHON=/path/to/a/python3.11 that has venv)"; fi
    fail "system packages are missing: sudo apt-get install $missing$hint"
fi

if ! usable_venv; then
    python=$(find_python)
    say "Making .venv with $python"
    "$python" -m venv --clear .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }
quiet=--quiet
if [[ -t 1 ]]; then quiet=; fi # progress bars for whoever watches
# shellcheck disable=SC2086  # quiet may be empty
install_torch() { pip install $quiet --require-hashes --no-deps -r requirements/torch.txt "$@"; }

if ! .venv/bin/python -c 'from importlib.metadata import version as v; assert v("torch").startswith("2.13.0")' 2>/dev/null; then
    say "Installing PyTorch (190 MB)"
    install_torch 2>/dev/null || install_torch --extra-index-url "$torch_index" ||
        fail "PyTorch 2.13.0 could not be installed: it needs the network ($torch_index) or pip settings that find it."
fi
say "Installing the locked packages, Blender among them (600 MB; a few minutes the first time)"
# shellcheck disable=SC2086
pip install $quiet --require-hashes --only-binary :all: -r requirements/dev.txt ||
    fail "pip could not install requirements/dev.txt: its message is above."
said=$(pip install --quiet --no-deps --no-build-isolation --editable . 2>&1) ||
    fail "avi-talking itself could not be installed: $said"
# Newer pips also look at the tags inside the wheels, where bpy's is not one that they know.
unfit=$(pip check 2>/dev/null | grep -v -e 'No broken requirements' -e 'is not supported on this platform' || true)
[[ -z $unfit ]] || fail "the locked packages do not fit together: $unfit"
.venv/bin/python scripts/system_libraries.py --blender ||
    fail "Blender's module does not load: its message is above."

state >"$stamp"
say "Ready: .venv/bin/avi-talking"
