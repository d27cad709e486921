"""Spreadsheets: the parts of an XLSX file, numbers as their cells show them, and grids as lines."""
