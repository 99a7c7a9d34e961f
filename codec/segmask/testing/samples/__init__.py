"""Sound archives by construction: CVAT reads them without loss, and no rule finds anything in them."""
