"""Finding published cards: in memory, by meaning and by characters, inside their scope."""
