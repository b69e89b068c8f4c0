"""What is written in an image is read."""
