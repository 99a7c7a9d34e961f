"""Shapes, and the pixels that CVAT paints for them."""
