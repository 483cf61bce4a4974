"""The package from Python: five names, nothing imported before it is asked for, and an example that runs."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

import remixlab
from remixlab import listening, plan, rendering, separation

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "python" / "first_remix.py"


def test_the_package_offers_what_its_rooms_offer() -> None:
    assert remixlab.listen is listening.listen
    assert remixlab.separate is separation.separate
    assert remixlab.remix is plan.remix
    assert remixlab.cover is plan.cover
    assert remixlab.render is rendering.render
    assert set(remixlab.__all__) <= set(dir(remixlab))


def test_a_name_that_is_not_offered_is_said() -> None:
    with pytest.raises(AttributeError, match="no attribute 'bounce'"):
        remixlab.bounce  # noqa: B018


def test_importing_the_command_imports_no_arrays_no_models_and_no_compiler() -> None:
    heavy = ("numpy", "numba", "scipy", "sqlalchemy", "pydantic", "dbos", "fastapi")
    asked = f"import sys, remixlab, remixlab.doors.cli.main; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "remixlab", "--help"], capture_output=True, text=True, check=True)
    assert "A sentence becomes a licensed remix" in done.stdout


def test_the_first_remix_of_the_examples_sounds(tmp_path: Path) -> None:
    runpy.run_path(str(EXAMPLE))["main"](str(tmp_path / "remix.wav"))
    samples, rate = soundfile.read(tmp_path / "remix.wav")
    assert rate == 44_100
    assert samples.shape[0] > 5 * rate
    assert np.sqrt(np.mean(samples**2)) > 0.02
