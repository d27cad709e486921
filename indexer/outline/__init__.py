"""The heading tree of a report."""
