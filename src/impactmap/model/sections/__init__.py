"""Sections of the project file in which the author says how the map should look and what stands on it."""
