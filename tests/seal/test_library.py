"""Nothing is loaded from the folder that somebody happens to be in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLANTED = """
#include <stdio.h>
__attribute__((constructor)) static void planted(void) {
    FILE *file = fopen("ran", "w");
    if (file) fclose(file);
}
"""


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("gcc"), reason="a library is planted with gcc on Linux")
@pytest.mark.parametrize("place", [".", "libs", "artifacts", "unknown-linux-gnu", "x86_64-unknown-linux-gnu"])
def test_a_library_that_lies_in_the_current_directory_is_not_loaded(place: str, tmp_path: Path) -> None:
    folder = tmp_path / place
    folder.mkdir(exist_ok=True)
    source = tmp_path / "planted.c"
    source.write_text(PLANTED)
    library = folder / "libc2pa_c.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    check = "import sys, ctypes; ctypes.CDLL(sys.argv[1])"
    subprocess.run([sys.executable, "-c", check, str(library)], cwd=tmp_path, check=True)
    assert (tmp_path / "ran").exists(), "the planted library would have run"
    (tmp_path / "ran").unlink()
    program = "from remixlab.seal import read_manifest; print(read_manifest(b'RIFF', 'wav').found)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert not (tmp_path / "ran").exists()
