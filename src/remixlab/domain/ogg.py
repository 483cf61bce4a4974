"""What an Ogg page says of itself: the check sum, which whoever alters a page has to write anew. Source: RFC 3533."""

from __future__ import annotations

from typing import Final


def page_checksum(page: bytes | bytearray) -> int:
    """Of a whole page, the four bytes of its check sum as zeros: CRC-32, neither reflected nor inverted."""
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value


def _make_table(polynomial: int) -> tuple[int, ...]:
    table: list[int] = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ polynomial) & 0xFFFFFFFF if value & 0x80000000 else value << 1
        table.append(value)
    return tuple(table)


_TABLE: Final = _make_table(0x04C11DB7)
