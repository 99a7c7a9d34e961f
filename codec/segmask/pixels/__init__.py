"""Masks without a pixel array: runs along rows and columns, and the regions they make."""
