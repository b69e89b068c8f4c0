"""A text in one language becomes a text in another."""
