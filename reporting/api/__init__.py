"""What we show, as JSON."""
