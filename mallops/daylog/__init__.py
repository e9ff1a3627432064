"""The day to read: timeline, an entry's own page, exports, held entries, phones."""
