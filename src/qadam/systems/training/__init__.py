"""Networks and counts are trained here: ways to cut text, shapes, recipes, what is learned."""
