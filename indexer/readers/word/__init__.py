"""What Word keeps apart from the text: the package of parts, styles, and the counters of automatic numbering."""
