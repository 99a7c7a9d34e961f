"""The label map: its labels, both of its files, and the colours of Pascal VOC."""
