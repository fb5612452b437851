"""Long work that survives a restart: asked for by any process, done by the one that holds the lock."""
