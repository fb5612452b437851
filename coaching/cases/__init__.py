"""The case library: good and bad replies to learn from."""
