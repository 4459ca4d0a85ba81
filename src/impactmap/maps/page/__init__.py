"""The interactive page: one HTML document with its data in inert blocks."""
