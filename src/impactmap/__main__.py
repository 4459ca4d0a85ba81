"""``python -m impactmap`` is the command line, and the desk where nothing is asked of it."""

import sys

from impactmap.cli import main

if __name__ == "__main__":
    main(sys.argv[1:] or ["desk"])
