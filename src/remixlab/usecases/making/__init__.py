"""From an order to a finished remix. Read `remix.py` and you have read the product."""

from remixlab.usecases.making.consider import Judged, consider, refuse_early, resolve_samples
from remixlab.usecases.making.decisions import record_judgement
from remixlab.usecases.making.order import RemixOrder, remix_id_of
from remixlab.usecases.making.preview import keep_order, preview, read_order
from remixlab.usecases.making.remix import remix
from remixlab.usecases.making.seal import deliver
from remixlab.usecases.making.soundfonts import check_soundfont, default_soundfont, keep_soundfont, open_soundfont

__all__ = [
    "Judged",
    "RemixOrder",
    "check_soundfont",
    "consider",
    "default_soundfont",
    "deliver",
    "keep_order",
    "keep_soundfont",
    "open_soundfont",
    "preview",
    "read_order",
    "record_judgement",
    "refuse_early",
    "remix",
    "remix_id_of",
    "resolve_samples",
]
