"""``python -m impactmap`` is the command line."""

from impactmap.cli import main

main()
