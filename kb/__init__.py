"""The knowledge base: cards, search, suggestion, and what is known of text. Takes a Session; never commits."""
