"""How it is drawn: the page with its viewer, and the pictures."""
