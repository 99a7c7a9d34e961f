"""One mask file, or a pair of them, to instances, as CVAT reads them."""
