"""The shift handover: what one shift tells the next, signed by both."""
