"""Scores on pieces kept out of training: places of styles, and the area under the ROC curve of each kind of word."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.feel.net import FeelNet, WordTable
from training.feel.pieces import FRAMES, Piece
from training.feel.sentences import KIND_SHARES, columns_of
from training.feel.words import vocabulary


@torch.no_grad()
def embed(net: FeelNet, mel: np.ndarray) -> Tensor:
    """Hear a whole piece: the direction of the mean over windows of ten seconds.

    Shape: (frames, 81) to (64,).
    """
    starts = np.linspace(0, max(0, len(mel) - FRAMES), max(1, round(len(mel) / FRAMES))).astype(int)
    windows = np.stack([np.resize(mel[s : s + FRAMES], (FRAMES, mel.shape[1])) for s in starts]).astype(np.float32)
    device = next(net.parameters()).device
    return nn.functional.normalize(net(torch.from_numpy(windows).to(device)).mean(0), dim=0)


@torch.no_grad()
def validate(net: FeelNet, table: WordTable, pieces: list[Piece]) -> dict[str, Any]:
    """Score pieces of songs never trained on: style in the first place and in the first three, and the area under the
    curve of each kind of word.
    """
    net.eval()
    heard = torch.stack([embed(net, p.mel) for p in pieces])
    logits = table.judge(heard, torch.eye(len(vocabulary()), device=heard.device)).cpu().numpy()
    rows = np.array([p.facts["kind"] != "own" for p in pieces])
    style = logits[:, columns_of("style")][rows]
    ranks = (
        style > style[np.arange(len(style)), [p.style for p, row in zip(pieces, rows, strict=True) if row]][:, None]
    ).sum(axis=1)
    scores: dict[str, Any] = {
        "pieces": int(rows.sum()),
        "style_top1": round(float((ranks < 1).mean()), 3),
        "style_top3": round(float((ranks < 3).mean()), 3),
    }
    fit, known = np.stack([p.fit for p in pieces]), np.stack([p.known for p in pieces])
    for kind in KIND_SHARES:
        areas = [measure_area(logits[:, c], fit[:, c], known[:, c]) for c in columns_of(kind)]
        areas = [area for area in areas if area is not None]
        scores[f"auc_{kind}"] = round(float(np.mean(areas)), 3) if areas else None
    return scores


def validate_others(net: FeelNet, table: WordTable, pieces: list[Piece]) -> dict[str, Any]:
    """Score what is known of songs that other instruments play."""
    net.eval()
    heard = torch.stack([embed(net, p.mel) for p in pieces])
    logits = table.judge(heard, torch.eye(len(vocabulary()), device=heard.device)).detach().cpu().numpy()
    fit, known = np.stack([p.fit for p in pieces]), np.stack([p.known for p in pieces])
    words = ("voice:sung", "drums:some", "tempo:slow", "tempo:fast")
    columns = {word: vocabulary().index(word) for word in words}
    found = {word: measure_area(logits[:, c], fit[:, c], known[:, c]) for word, c in columns.items()}
    return {
        "pieces": len(pieces),
        **{f"auc_{word}": round(area, 3) for word, area in found.items() if area is not None},
    }


def measure_area(score: np.ndarray, fit: np.ndarray, known: np.ndarray) -> float | None:
    """Give the area under the ROC curve of one word; None when it fits none or all of the pieces."""
    yes, no = score[(known > 0) & (fit > 0.5)], score[(known > 0) & (fit < 0.1)]
    return float((yes[:, None] > no[None]).mean()) if len(yes) and len(no) else None
