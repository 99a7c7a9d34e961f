"""How much an untrusted archive may make the reader do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what is read; whatever is over one is a problem and stays unread.

    Attributes:
        pixels: width times height of one mask.
        runs: stretches of one colour along the rows of one mask; a photo of 16 megapixels has as many as the default allows.
        member_bytes: unpacked size of one member.
        total_bytes: unpacked size of all members.
        ratio: unpacked to packed size of a member, checked from `ratio_bytes` unpacked on.
        ratio_bytes: size below which a high ratio harms nobody.
        members: number of members.
    """

    pixels: int = 1 << 27
    runs: int = 1 << 24
    member_bytes: int = 2 << 30
    total_bytes: int = 1 << 40
    ratio: float = 800.0
    ratio_bytes: int = 16 << 20
    members: int = 5_000_000


DEFAULT_LIMITS = Limits()
