"""Runs as one HTML file: ``eval.report.page`` puts it together."""
