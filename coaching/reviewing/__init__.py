"""People decide: which conversations they read, what they make of findings, appeals, and how far they agree."""
