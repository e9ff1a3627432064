"""Checklist definitions and versions, inspections, how they are judged."""
