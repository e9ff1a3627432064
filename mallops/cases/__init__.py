"""Late and early shops: the steps a month's cases call for, and who decided what."""
