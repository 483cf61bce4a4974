"""Durable jobs and their progress."""
