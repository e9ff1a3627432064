"""Lines for the shift log."""
