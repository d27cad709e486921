"""What of a saved web page is not the report that stands on it."""
