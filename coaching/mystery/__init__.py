"""Mystery shopping: somebody asks as a customer, and the conversation is scored by the card of all others."""
