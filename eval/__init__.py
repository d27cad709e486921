"""Measurements: gold sets, runs, and the tables that settle design choices."""
