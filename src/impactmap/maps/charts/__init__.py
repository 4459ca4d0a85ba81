"""Figures of counts, distances and claims, in the theme of the maps."""
