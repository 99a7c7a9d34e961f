"""What people write, name and zip in place of what CVAT reads."""
