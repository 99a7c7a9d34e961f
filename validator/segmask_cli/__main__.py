"""``python -m segmask_cli`` is ``segmask``."""

from . import segmask

if __name__ == "__main__":
    segmask()
