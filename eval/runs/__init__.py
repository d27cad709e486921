"""What one system gave to a gold set: made, kept, exchanged."""
