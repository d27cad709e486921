"""From a question to a cited answer: understand, retrieve, extract, cite, serve."""
