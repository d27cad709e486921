"""The index folder: snapshots, what they hold, and which of them is published."""
