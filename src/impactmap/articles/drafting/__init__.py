"""By which rules a text's sentences become draft events."""
