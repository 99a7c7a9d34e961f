"""Evidence as reports have it: data that JSON holds, no longer than anybody reads."""

from __future__ import annotations

from segmask.evidence import FirstLine, UnpairedPixels


class TestToJson:
    def test_a_text_is_cut(self) -> None:
        """Names come from the archive, and are as long as its author pleases."""
        assert FirstLine("x" * 2_001, 3).to_json() == {"label": "x" * 2_000 + "...", "first_line": 3}
        assert FirstLine("x" * 2_000, 3).to_json() == {"label": "x" * 2_000, "first_line": 3}

    def test_and_a_key(self) -> None:
        assert UnpairedPixels({"x" * 2_001: 1}).to_json() == {"pixels": {"x" * 2_000 + "...": 1}}
