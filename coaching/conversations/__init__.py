"""What customers and agents really said to each other: its shape, its files, its tables."""
