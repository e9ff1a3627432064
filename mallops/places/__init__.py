"""Malls, floors, zones, units, tenants and their trading hours."""
