"""`remixlab-demucs fetch`: the one place that downloads, and only because somebody typed it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml
from demucs.hf import DEFAULT_NAMESPACE, hf_repo_name


def fetch(name: str) -> Path:
    """Download a model with its definition into the hub's own cache; the folder it lies in."""
    from huggingface_hub import hf_hub_download  # only here

    repository = f"{DEFAULT_NAMESPACE}/{hf_repo_name(name)}"
    definition = Path(hf_hub_download(repository, f"{name}.yaml"))
    for signature in yaml.safe_load(definition.read_text("utf-8"))["models"]:
        hf_hub_download(repository, f"{signature}.safetensors")
    return definition.parent


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="remixlab-demucs", description="Weights of Demucs for RemixLab.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("fetch", help="download the weights of a model from the Hugging Face hub")
    command.add_argument("name", nargs="?", default="htdemucs")
    sys.stdout.write(f"{fetch(parser.parse_args().name)}\n")


if __name__ == "__main__":
    main()
