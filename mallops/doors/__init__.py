"""The shop-door round: who opened and closed when, against the shop's own hours."""
