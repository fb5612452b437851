"""From a conversation to suggested replies."""
