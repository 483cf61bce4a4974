"""The machine a training run finds: a GPU where there is one, CPU cores where not."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext

import torch


def add_device(parser: argparse.ArgumentParser) -> None:
    """Let the user say where to train."""
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto: a GPU where there is one")


def choose_device(name: str) -> torch.device:
    """Take the named device; `auto` takes a GPU where torch sees one."""
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half(device: torch.device, *, wanted: bool = True) -> AbstractContextManager[object]:
    """Compute in bfloat16 inside this context where the device can; what needs more says so."""
    if not torch.amp.is_autocast_available(device.type):
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=wanted)
