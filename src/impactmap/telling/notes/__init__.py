"""Notes beside the map: corrections, plausibility, positions; and the words they share."""
