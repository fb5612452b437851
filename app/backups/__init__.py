"""Everything an installation knows in one file, and back again; both while it serves."""
