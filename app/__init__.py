"""The composition root: settings, database, encoder, server, jobs, command line."""
