"""Accounts, organisations, roles, sessions, phones, and who may do what."""
