"""The sample company: its cards, people and demo accounts, put in and taken out again."""
