# SPDX-License-Identifier: GPL-3.0-or-later
# `make` prints what there is. Every target sets up what it needs; the set-up ends at once when nothing changed.

SHELL := /bin/bash
PYTHON_VENV := .venv/bin/python
BLENDER ?= blender
# Blender prints its own progress to standard output; the demo's own lines stay readable.
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-blender test-gui zip lint format bench measure lock clean

help: ## Print the targets
	@echo "AVI Talking for Blender. Targets:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: ## Make .venv with the locked packages and bin/avi-talking (done by every other target)
	@scripts/setup.sh

demo: setup ## The main job on the demo line, or on CLIP=path: demo/demo.blend, demo.glb, demo.mp4
	@$(PYTHON_VENV) scripts/demo.py $(if $(CLIP),"$(CLIP)")

test: setup ## Run the tests; ARGS="-k lips" passes on to pytest
	@scripts/run_tests.sh $(ARGS)

test-blender: ## Run the Blender tests on another Blender: VERSION=5.0.1 or 4.2.23 (its own environment in .venvs/)
	@scripts/test_blender.sh "$(VERSION)" $(ARGS)

test-gui: zip ## A first session in a real Blender window, pictures in build/pictures; BLENDER=path; not part of CI
	@command -v $(BLENDER) >/dev/null && command -v xvfb-run >/dev/null && command -v import >/dev/null || \
		{ echo "test-gui needs Blender (or BLENDER=path), xvfb-run and ImageMagick: apt-get install blender xvfb imagemagick" >&2; exit 1; }
	@mkdir -p build/pictures
	@xvfb-run -a -s "-screen 0 1600x1000x24" $(BLENDER) --factory-startup --window-geometry 0 0 1600 1000 \
		--python tests/gui/walk.py -- build/pictures --zip dist/avi_talking-*.zip --backend "$(CURDIR)/$(PYTHON_VENV)" $(ARGS)

zip: setup ## Build and validate the extension: dist/avi_talking-<version>.zip
	@$(PYTHON_VENV) scripts/build_zip.py

lint: setup ## Check style and types
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/pyright

format: setup ## Put the sources into the house's format
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

bench: setup ## Print how long the main job's parts take on this machine
	@$(PYTHON_VENV) scripts/bench.py $(ARGS)

measure: setup ## Measure the lips on the keyed mesh over the whole corpus: build/measure.md, build/measure.json
	@$(PYTHON_VENV) -m tests.measure $(ARGS)

lock: setup ## Write requirements/*.txt anew from requirements/*.in
	@scripts/lock.sh

clean: ## Remove what was built; .venv stays
	rm -rf build dist demo avi_talking.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
