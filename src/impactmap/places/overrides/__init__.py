"""What editors decided about doubtful places, and the file that keeps it."""
