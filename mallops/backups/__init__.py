"""Backups: copies that were read back, and the way from a copy to a server again."""
