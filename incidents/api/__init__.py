"""The JSON face of what happened."""
