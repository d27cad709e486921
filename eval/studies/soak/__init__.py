"""An hour of all that a service meets, at once: questions, publications, changed keys, bad clients, killed workers."""
