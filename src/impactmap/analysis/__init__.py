"""What can be counted: every result with its lowest, best and highest value, and the columns that it comes from."""
