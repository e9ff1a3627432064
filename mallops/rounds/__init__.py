"""What is due when and where; done, late, missed, unknown."""
