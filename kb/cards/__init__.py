"""Cards: their tables, their life, and moving many of them at once."""
