"""Writing agreements as files."""
