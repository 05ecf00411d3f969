"""The JSON face of what was promised."""
