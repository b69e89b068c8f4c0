"""What exists in the world, as rows: problems, data sets, systems, published figures, and the way to their files."""
