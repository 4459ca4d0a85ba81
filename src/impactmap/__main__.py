"""``python -m impactmap`` is the command line."""

from impactmap.cli import main

if __name__ == "__main__":
    main()
