"""Labels for writing: the background of a document is the one that CVAT's exporter takes."""

from __future__ import annotations

import pytest

from segmask import Label
from segmask.labels.assigned import of_document, with_indices

BLACK = (0, 0, 0)
RED = (255, 0, 0)


class TestBackgroundOfADocument:
    """The first black label by name, with a black ``background`` among them where no label has exactly that name."""

    @pytest.mark.parametrize(
        ("labels", "names", "background"),
        [
            ([Label("car", RED)], ["background", "car"], "background"),
            ([Label("car", RED), Label("background", BLACK)], ["car", "background"], "background"),
            ([Label("car", RED), Label("background", (0, 0, 255))], ["car", "background"], "background"),
            ([Label("car"), Label("background")], ["car", "background"], "background"),
            ([Label("dog", RED), Label("Background", BLACK)], ["dog", "Background"], "Background"),
            ([Label("void", BLACK), Label("dog", RED)], ["background", "void", "dog"], "background"),
            ([Label("void", BLACK), Label("background", BLACK)], ["background", "void"], "background"),
            ([Label("void", BLACK), Label("background", RED)], ["void", "background"], "void"),
            ([Label("b", BLACK), Label("a", BLACK)], ["a", "b"], "a"),
            ([], ["background"], "background"),
        ],
    )
    def test_names(self, labels: list[Label], names: list[str], background: str) -> None:
        labelmap = of_document(labels)
        assert [label.name for label in labelmap] == names
        assert labelmap.background is not None
        assert labelmap[labelmap.background].name == background

    def test_a_category_of_its_name_is_black_at_its_own_index(self) -> None:
        labelmap = with_indices({"car": 1, "background": 2})
        assert [label.name for label in labelmap] == ["_dummy0", "car", "background"]
        assert (labelmap.background, labelmap[2].color) == (2, BLACK)
        assert len(set(labelmap.colors)) == 3
