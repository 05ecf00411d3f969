"""Questions about what was promised; a query never writes."""
