"""Reading conversations: rules, findings with evidence, scores."""
