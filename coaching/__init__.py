"""Agents and teams; conversations, inspection and training join with their issues."""
