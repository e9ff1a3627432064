"""Permits for works and goods, and events, visits and deliveries announced ahead."""
