"""From a folder of reports to a snapshot: read, section, chunk, encode, publish."""
