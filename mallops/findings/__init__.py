"""Problems and their follow-up until somebody else has checked the result."""
