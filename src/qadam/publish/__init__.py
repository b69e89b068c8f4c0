"""Shows what was found to the world: the report of one study, and the site of all problems."""
