"""Forms about what happened."""
