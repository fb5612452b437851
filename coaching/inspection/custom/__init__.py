"""Rules that a lead builds without code, and rule sets kept in the database."""
