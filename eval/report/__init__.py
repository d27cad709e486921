"""Runs as one HTML file: measures, plots, and every question with its answer against the evidence."""

from eval.report.page import write_report

__all__ = ["write_report"]
