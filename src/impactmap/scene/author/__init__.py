"""What the author put on the map: the view, names, callouts."""
