"""Words that a title, an artist, a file name or a wish may hold, and that must do nothing wherever they come out."""

from __future__ import annotations

NASTY = [
    "Night\x1b[31m Drive",
    "Night\x1b]0;another title\x07 Drive",
    "Night\x9b2J Drive",
    "Night\r\nSet-Cookie: a=b",
    "Night\nLabel: forged",
    "Night\0Drive",
    "Night \u202eevirD\u202c live",
    "Night \u2066Drive",
    "Night\u2028Drive\u2029",
    "Night\x7f\x85Drive",
    "half \ud83d surrogate",
    "bytes \udce9 of a name",
    "[red]Night[/red] [/] [link=file:///etc]Drive",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>&amp;'",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    r"$\frac{a}{$ _^ \infty",
    '=HYPERLINK("http://x")',
    " +cmd|' /C calc'!A0",
    "%s %d %n {0} {title}",
    "../../etc/passwd",
    "Zäh \u200bund \ufeffunsichtbar",
    "a" * 400,
]
