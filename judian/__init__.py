"""Judian for other software: ``judian.client`` asks a running service."""
