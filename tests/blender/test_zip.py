# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension as users get it: what is in the zip, and the main job from an installation of it.

The installation happens in a Blender of its own, in an empty user folder, with the backend in another Python
than that Blender's.
"""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import bpy
import numpy
import pytest

import model_backend
from scripts.build_zip import ROOT, build

ALSA_VOICE = Path("/usr/share/sounds/alsa/Front_Center.wav")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return build(tmp_path_factory.mktemp("zip"))


@pytest.fixture(scope="module")
def names(package):
    with zipfile.ZipFile(package) as file:
        return {name for name in file.namelist() if not name.endswith("/")}


def tracked(*folders):
    """Files of the repository below `folders`."""
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(listed.stdout.split())


def test_the_zip_holds_the_program_and_nothing_else(names):
    top = {"__init__.py", "blender_manifest.toml", "LICENSE", "README.md"}
    locks = {"requirements/backend.txt", "requirements/torch.txt"}
    rest = names - top - locks
    assert top | locks <= names
    assert all(name.startswith(("avi_talking_addon/", "model_backend/")) for name in rest)
    assert not any("training" in name or "__pycache__" in name or "/." in f"/{name}" for name in rest)
    assert {Path(name).suffix for name in rest} <= {".py", ".json", ".npz", ".safetensors", ".md", ".txt"}


def test_every_file_that_is_shipped_is_in_the_repository_and_the_other_way_round(names):
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    shipped = {
        name
        for name in tracked("avi_talking_addon", "model_backend")
        if not name.startswith(("model_backend/training/", "model_backend/head_model/default/"))
    }
    assert shipped <= names


def test_the_manifest_in_the_zip_is_the_repository_s_and_has_the_version_of_the_program(package):
    with zipfile.ZipFile(package) as file:
        manifest = tomllib.loads(file.read("blender_manifest.toml").decode())
    assert manifest["version"] == model_backend.__version__
    assert package.name == f"avi_talking-{model_backend.__version__}.zip"
    assert manifest["id"] == "avi_talking"
    assert set(manifest["permissions"]) == {"files", "network"}
    assert all(len(reason) <= 64 and reason[-1].isalnum() for reason in manifest["permissions"].values())


def test_the_zip_is_small_enough_for_the_extensions_site(package):
    assert package.stat().st_size < 200e6


INSTALL_AND_RUN = """
import importlib, json, os, sys
import bpy

package, sound, text = sys.argv[1:4]
facts = {}
bpy.ops.extensions.package_install_files(filepath=package, repo="user_default", enable_on_install=True)
name = "bl_ext.user_default.avi_talking"
root = importlib.import_module(name)
facts["installed"] = os.path.dirname(root.__file__)
facts["enabled"] = name in bpy.context.preferences.addons
facts["operators"] = [one for one in dir(bpy.ops.avi_talking) if not one.startswith("_")]
facts["backend_imported_here"] = "torch" in sys.modules or "model_backend" in sys.modules
if sound:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.preferences.addon_enable(module=name)
    scene = bpy.context.scene
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_sound("line", sound, 1, 11)
    strip.select = True
    editor.active_strip = strip
    facts["head"] = list(bpy.ops.avi_talking.add_head())
    scene.avi_talking.transcript = text
    facts["generate"] = list(bpy.ops.avi_talking.generate())
    head = scene.avi_talking.head
    action = head.data.shape_keys.animation_data.action
    facts["action"] = action.name
    facts["range"] = list(action.frame_range)
    facts["provenance"] = json.loads(action["avi_talking_provenance"])
    ids = head["avi_talking_head"].to_dict()["landmarks"]
    gaps = []
    for frame in range(int(action.frame_range[0]), int(action.frame_range[1]) + 1):
        scene.frame_set(frame)
        mesh = head.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
        gaps.append((mesh.vertices[ids[62]].co - mesh.vertices[ids[66]].co).length)
    facts["widest_gap_mm"] = 1000 * max(gaps)
bpy.ops.preferences.addon_disable(module=name)
print("FACTS" + json.dumps(facts), flush=True)
os._exit(0)
"""


@pytest.fixture(scope="module")
def other_python(tmp_path_factory):
    """A Python of its own with the backend's packages: another program, another prefix, nothing of this checkout."""
    folder = tmp_path_factory.mktemp("python")
    subprocess.run([sys._base_executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = next(folder.glob("lib/python3.*/site-packages"))
    # A path in a .pth file is not searched for further .pth files, so the editable installation stays out.
    (site / "packages.pth").write_text(f"{Path(numpy.__file__).parents[1]}\n")
    return folder / "bin" / "python"


def in_a_blender_of_its_own(package, tmp_path, python, sound="", text=""):
    """Install `package` for a user who has nothing yet; returns what the script reports."""
    resources = tmp_path / "resources"
    resources.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BLENDER_", "PYTHON"))},
        "BLENDER_USER_RESOURCES": str(resources),
        "AVI_TALKING_PYTHON": str(python),
    }
    done = subprocess.run(
        [sys.executable, "-c", INSTALL_AND_RUN, str(package), str(sound), text],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("FACTS")]
    assert lines, f"status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return resources, json.loads(lines[0].removeprefix("FACTS"))


def test_it_installs_for_a_new_user_and_brings_its_operators(package, tmp_path):
    resources, facts = in_a_blender_of_its_own(package, tmp_path, "")
    assert Path(facts["installed"]).is_relative_to(resources)
    assert facts["enabled"]
    assert {"add_head", "analyze", "generate", "apply_take", "install_backend"} <= set(facts["operators"])
    assert not facts["backend_imported_here"]


@pytest.mark.skipif(not ALSA_VOICE.is_file(), reason="alsa-utils is not installed")
def test_the_main_job_runs_from_the_installed_zip_with_another_python(package, tmp_path, other_python):
    if not bpy.app.build_options.audaspace:
        pytest.skip("this Blender was built without its audio library")
    _, facts = in_a_blender_of_its_own(package, tmp_path, other_python, ALSA_VOICE, "Front center")
    assert facts["head"] == ["FINISHED"]
    assert facts["generate"] == ["FINISHED"]
    assert facts["range"][0] == 11
    assert facts["provenance"]["transcript"] == "Front center"
    assert facts["widest_gap_mm"] > 3.0
    written = {path.suffix for path in Path(facts["installed"]).rglob("*") if path.is_file()}
    assert written <= {".py", ".pyc", ".json", ".npz", ".safetensors", ".md", ".txt", ".toml", ""}
