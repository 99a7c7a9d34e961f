"""Annotation formats of the other side: COCO instances JSON and CVAT for images 1.1 XML."""
