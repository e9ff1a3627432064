"""The one door for phones: session, photos, batch (docs/sync.md)."""
