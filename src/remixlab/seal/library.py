"""The C2PA library, loaded from its own package and from nowhere else.

c2pa-python looks for its native library in the current directory first: whoever runs `remixlab verify` in a folder of
downloads would run what lies there. So its loader is told where to look before the package is imported.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

from remixlab.domain.errors import EngineUnavailable

_LOADER: Final = "c2pa.lib"
"""The module of the package that looks for its native library."""
_HINT: Final = "Install c2pa-python anew."
"""What helps wherever the package is not as it was published."""


@cache
def load_c2pa() -> Any:
    """The module `c2pa`; its native library is 30 MB and is loaded with it, once. Raises: EngineUnavailable."""
    found = find_spec("c2pa")
    if found is None or found.origin is None:
        raise EngineUnavailable("The C2PA library is not installed.", hint=_HINT)
    folder = Path(found.origin).resolve().parent
    if "c2pa" not in sys.modules:
        _tell_loader(folder)
    try:
        return importlib.import_module("c2pa")
    except (ImportError, RuntimeError, OSError) as wrong:
        sys.modules.pop(_LOADER, None)
        raise EngineUnavailable("The C2PA library cannot be loaded.", hint=_HINT) from wrong


def _tell_loader(folder: Path) -> None:
    """Put the package's loader in its place, with the package's own folders as the only ones that it searches."""
    spec = spec_from_file_location(_LOADER, folder / "lib.py")
    if spec is None or spec.loader is None:
        raise EngineUnavailable("The C2PA library has another loader than the one that is known.", hint=_HINT)
    loader: Any = module_from_spec(spec)
    spec.loader.exec_module(loader)
    if not hasattr(loader, "_get_possible_search_paths"):
        raise EngineUnavailable("The C2PA library has another loader than the one that is known.", hint=_HINT)
    loader._get_possible_search_paths = lambda: [folder / "libs", folder]
    sys.modules[_LOADER] = loader
