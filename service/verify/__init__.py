"""Whether a sentence says what the sentences it cites say: rules, no model."""
