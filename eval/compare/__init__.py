"""Two runs side by side: differences, what chance explains of them, and the gate."""
