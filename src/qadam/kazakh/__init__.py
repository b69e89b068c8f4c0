"""Facts about the Kazakh language as small functions: scripts, spelling, numerals, sentences, sounds, word structure."""
