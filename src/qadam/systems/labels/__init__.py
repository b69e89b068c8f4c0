"""Tokens and texts get labels: names, languages, marks, classes."""
