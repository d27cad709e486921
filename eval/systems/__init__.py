"""Whatever is asked: this service, another over HTTP, and shortcuts to measure them by."""
