"""From an order to a finished remix. Read `remix.py` and you have read the product."""

from remixlab.usecases.making.consider import Judged, consider, refuse_early, resolve_samples
from remixlab.usecases.making.decisions import ask_scope, keep_decision, read_decision, record_judgement
from remixlab.usecases.making.export_check import check_export, original_to_take
from remixlab.usecases.making.instruments import (
    check_soundfont,
    default_soundfont,
    instruments_for,
    instruments_of,
    keep_soundfont,
    open_soundfont,
)
from remixlab.usecases.making.order import RemixOrder, remix_id_of
from remixlab.usecases.making.preview import keep_order, preview, preview_request, read_order
from remixlab.usecases.making.remix import remix
from remixlab.usecases.making.render_loose import Rendered, hear_sampled, render_loose
from remixlab.usecases.making.seal import deliver, delivered_as

__all__ = [
    "Judged",
    "RemixOrder",
    "Rendered",
    "ask_scope",
    "check_export",
    "check_soundfont",
    "consider",
    "default_soundfont",
    "deliver",
    "delivered_as",
    "hear_sampled",
    "instruments_for",
    "instruments_of",
    "keep_decision",
    "keep_order",
    "keep_soundfont",
    "open_soundfont",
    "original_to_take",
    "preview",
    "preview_request",
    "read_decision",
    "read_order",
    "record_judgement",
    "refuse_early",
    "remix",
    "remix_id_of",
    "render_loose",
    "resolve_samples",
]
