"""Files and feeds of what happened."""
