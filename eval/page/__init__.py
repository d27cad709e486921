"""Runs as one HTML file: ``eval.page.write`` puts it together."""
