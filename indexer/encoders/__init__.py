"""Text to vectors: the encoder in use, the bundled model, the cache of what was encoded."""
