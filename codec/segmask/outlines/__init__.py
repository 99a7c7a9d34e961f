"""The way back: pixels to rings, to fewer points, to polygons that CVAT rasterises to the same pixels."""
