"""Every entry of a mall, stored once, numbered, chained; and its photos."""
