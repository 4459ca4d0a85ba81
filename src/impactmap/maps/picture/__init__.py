"""The pictures, drawn with matplotlib."""
