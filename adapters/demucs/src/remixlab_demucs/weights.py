"""Weights from the user's disk: a folder of one's own, or what was fetched before.

Nothing here reaches for the network.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from demucs.apply import BagOfModels
from demucs.hf import DEFAULT_NAMESPACE, hf_repo_name, load_safetensors_model
from demucs.repo import AnyModelRepo, BagOnlyRepo, LocalRepo, ModelLoadingError
from safetensors import SafetensorError, safe_open

from remixlab.domain.errors import EngineUnavailable

CLASSES = frozenset(["demucs.htdemucs.HTDemucs", "demucs.hdemucs.HDemucs", "demucs.demucs.Demucs"])
"""What a file may ask to be built."""
FETCH = "`remixlab-demucs fetch` downloads them, or name a folder in REMIXLAB_DEMUCS_WEIGHTS."


def find_weights(name: str) -> Path:
    """The folder that holds a model: the one the user named, else what was fetched before. Raises:

    EngineUnavailable.
    """
    named = os.environ.get("REMIXLAB_DEMUCS_WEIGHTS")
    if named:
        folder = Path(named)
        if not folder.is_dir():
            raise EngineUnavailable(f"{folder} is no folder of weights", hint=FETCH)
        return folder
    from huggingface_hub import try_to_load_from_cache  # only looks at the disk

    found = try_to_load_from_cache(f"{DEFAULT_NAMESPACE}/{hf_repo_name(name)}", f"{name}.yaml")
    if not isinstance(found, str):
        raise EngineUnavailable(f"the weights of {name} are not on this machine", hint=FETCH)
    return Path(found).parent


def load_model(name: str, folder: Path) -> BagOfModels:
    """A model of a folder, ready to be asked. Raises:

    EngineUnavailable when it is not there, damaged, or asks for more than weights.
    """
    definition = folder / f"{name}.yaml"
    try:
        if definition.is_file():
            bag = yaml.safe_load(definition.read_text("utf-8"))
            files = [folder / f"{signature}.safetensors" for signature in bag["models"]]
            if all(file.is_file() for file in files):
                return _ready(BagOfModels([_load(file) for file in files], bag.get("weights"), bag.get("segment")))
        if any(folder.glob("*.th")):
            return _ready(_unpickled(name, folder))
    except (
        OSError,
        KeyError,
        TypeError,
        ValueError,
        RuntimeError,
        yaml.YAMLError,
        SafetensorError,
        ModelLoadingError,
    ) as error:
        raise EngineUnavailable(f"the weights of {name} in {folder} cannot be used: {error}", hint=FETCH) from error
    raise EngineUnavailable(f"{folder} does not hold {name}.yaml with its .safetensors", hint=FETCH)


def _ready(model: Any) -> BagOfModels:
    bag = model if isinstance(model, BagOfModels) else BagOfModels([model])
    bag.eval()
    for parameter in bag.parameters():
        parameter.requires_grad_(False)
    return bag


def _load(file: Path) -> Any:
    with safe_open(str(file), framework="pt") as opened:
        metadata = opened.metadata() or {}
    asked = {metadata.get("klass", ""), *_classes_in(json.loads(metadata.get("structure", "null")))}
    if asked - CLASSES:
        raise ValueError(
            f"{file.name} asks for {', '.join(sorted(asked - CLASSES)) or 'nothing known'}, which is no model of Demucs"
        )
    return load_safetensors_model(file)


def _classes_in(node: Any) -> Iterator[str]:
    """Every class that the description of a state names."""
    if isinstance(node, dict):
        if "_class" in node:
            yield str(node["_class"])
        for child in node.values():
            yield from _classes_in(child)
    elif isinstance(node, list):
        for child in node:
            yield from _classes_in(child)


def _unpickled(name: str, folder: Path) -> Any:
    if os.environ.get("REMIXLAB_DEMUCS_TRUST_PICKLES") != "1":
        raise ValueError(
            "it holds pickles (.th), which can run code: set REMIXLAB_DEMUCS_TRUST_PICKLES=1 if you trust who made them"
        )
    models = LocalRepo(folder)
    return AnyModelRepo(models, BagOnlyRepo(folder, models)).get_model(name)
