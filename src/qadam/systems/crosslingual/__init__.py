"""A task is learned from another language first."""
