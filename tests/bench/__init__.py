"""How fast and how large MallOps is, beside its budgets: ``make bench``."""
