"""Which words of a text are places, and where these are."""
