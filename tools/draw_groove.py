"""A groove as a picture: one row a piece, one column a step, the larger the louder.

SVG, so that a change of a style shows in its diff.
"""

from __future__ import annotations

from remixlab.plan.styles import Style, steps_of

SIZES = {"X": 1.0, "x": 0.75, "o": 0.5, "g": 0.3}
CELL, ROW, LEFT, TOP = 22, 26, 96, 34
INK, SOFT, DRUMS, BASS, OTHER = "#15171c", "#b0b5bf", "#3346c8", "#0d8f83", "#b57b00"


def draw_groove(style: Style) -> str:
    """The first verse and chorus patterns, with the bass and the chords beside the drums."""
    blocks = [(name, _rows(style, name)) for name in ("verse", "chorus")]
    widest = max(len(steps) for _, rows in blocks for _, steps, _ in rows)
    height = sum(TOP + ROW * len(rows) for _, rows in blocks) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + CELL * widest + 16} {height}" font-family="sans-serif" font-size="13" fill="{INK}">',
        f"<title>{style.title}: how it is played</title>",
    ]
    y = 0
    for name, rows in blocks:
        parts.append(f'<text x="8" y="{y + 22}" font-weight="bold">{name}</text>')
        y += TOP
        for label, steps, ink in rows:
            parts.append(f'<text x="8" y="{y + ROW // 2 + 4}">{label}</text>')
            parts += _steps(steps, ink, y)
            y += ROW
    return "\n".join([*parts, "</svg>", ""])


def _rows(style: Style, scene: str) -> list[tuple[str, str, str]]:
    drums = (style.groove.verse if scene == "verse" else style.groove.chorus)[:1]
    rows = [(piece, steps_of(steps), DRUMS) for pattern in drums for piece, steps in pattern.items()]
    bass = style.bass.verse if scene == "verse" else style.bass.chorus
    rows.append(("bass", steps_of(bass[0].steps), BASS))
    chords = style.chords.verse if scene == "verse" else style.chords.chorus
    rows.append(("chords", steps_of(chords[0].steps), OTHER))
    return rows


def _steps(steps: str, ink: str, y: int) -> list[str]:
    drawn = []
    for place, mark in enumerate(steps):
        x, middle = LEFT + place * CELL, y + ROW / 2
        if place % 4 == 0:
            drawn.append(f'<path d="M{x} {y}v{ROW}" stroke="{SOFT}"/>')
        if mark in SIZES:
            side = CELL * 0.8 * SIZES[mark]
            drawn.append(
                f'<rect x="{x + (CELL - side) / 2:.1f}" y="{middle - side / 2:.1f}" width="{side:.1f}" height="{side:.1f}" fill="{ink}"/>'
            )
        elif mark == "_":
            drawn.append(f'<path d="M{x} {middle}h{CELL}" stroke="{ink}" stroke-width="3"/>')
        elif mark != ".":
            drawn.append(
                f'<text x="{x + CELL / 2}" y="{middle + 5}" text-anchor="middle" fill="{ink}" font-weight="bold">{mark}</text>'
            )
    return drawn
