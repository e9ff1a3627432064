"""How long things are kept, what is erased, and what belongs to a person."""
