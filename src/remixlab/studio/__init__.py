"""The use cases, one file each. Read `remix.py` and you have read the product."""

from remixlab.studio.apart import separate_file
from remixlab.studio.demo import demo_owners, make_demo
from remixlab.studio.desk import Desk, Memory, SealKeys, silent
from remixlab.studio.examine import identify_file, verify
from remixlab.studio.exporting import Exported, check_export, export_stems, exported_parts, hear_samples
from remixlab.studio.hear import check_length, hear, hear_sound, hear_stems, is_song, sound_blocks
from remixlab.studio.ingest import Delivery, Ingested, IngestOrder, ingest, loose_recording, receive
from remixlab.studio.order import RemixOrder, remix_id_of
from remixlab.studio.payout import settle, statement
from remixlab.studio.permissions import ConsentWish, answer_request, record_judgement, set_artist_veto, set_consent, show_consents, withdraw
from remixlab.studio.playing import check_token, play, stream_token
from remixlab.studio.previewing import keep_order, preview, read_order
from remixlab.studio.publishing import audible_remix, publish
from remixlab.studio.remix import remix
from remixlab.studio.sealing import deliver
from remixlab.studio.search import Found, Search, find_alike, find_by_words, hear_feel, hear_missing, tags_of, words_like
from remixlab.studio.soundfonts import check_soundfont, house_soundfont, keep_soundfont, open_soundfont
from remixlab.studio.standing import remembered_analysis, shown_recording, shown_recordings, suggestions_for, what_is_open
from remixlab.studio.windows import analyse
from remixlab.studio.wish import Judged, consider, refuse_early, resolve_samples

__all__ = [
    "ConsentWish",
    "Delivery",
    "Desk",
    "Exported",
    "Found",
    "IngestOrder",
    "Ingested",
    "Judged",
    "Memory",
    "RemixOrder",
    "SealKeys",
    "Search",
    "analyse",
    "answer_request",
    "audible_remix",
    "check_export",
    "check_length",
    "check_soundfont",
    "check_token",
    "consider",
    "deliver",
    "demo_owners",
    "export_stems",
    "exported_parts",
    "find_alike",
    "find_by_words",
    "hear",
    "hear_feel",
    "hear_missing",
    "hear_samples",
    "hear_sound",
    "hear_stems",
    "house_soundfont",
    "identify_file",
    "ingest",
    "is_song",
    "keep_order",
    "keep_soundfont",
    "loose_recording",
    "make_demo",
    "open_soundfont",
    "play",
    "preview",
    "publish",
    "read_order",
    "receive",
    "record_judgement",
    "refuse_early",
    "remembered_analysis",
    "remix",
    "remix_id_of",
    "resolve_samples",
    "separate_file",
    "set_artist_veto",
    "set_consent",
    "settle",
    "show_consents",
    "shown_recording",
    "shown_recordings",
    "silent",
    "sound_blocks",
    "statement",
    "stream_token",
    "suggestions_for",
    "tags_of",
    "verify",
    "what_is_open",
    "withdraw",
    "words_like",
]
