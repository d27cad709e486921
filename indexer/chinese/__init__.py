"""All that knows Chinese: numerals, dates, names of places and offices, folding, tokens."""
