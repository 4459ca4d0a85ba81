"""What arrives: bytes become typed frames, every decision noted and every row that cannot be used listed."""
