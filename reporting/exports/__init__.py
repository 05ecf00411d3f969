"""Papers of what we show."""
