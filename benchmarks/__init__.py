"""Measurements; nothing of the product imports them, and nothing of them is a test."""
