"""Closures and other hours of a shop: asked for, approved or refused (报备停业)."""
