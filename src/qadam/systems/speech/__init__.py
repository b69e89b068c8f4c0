"""Speech is heard, said, named and told apart."""
