"""Tenants to watch: marked with a reason, until a day."""
