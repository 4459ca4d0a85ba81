"""Measure on the WGS 84 ellipsoid: distances, and the nearest point of a line."""
