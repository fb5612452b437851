"""What counts as personal data in a chat: numbers, handles, addresses, names. Pure; the face is `kb.text.masking`."""
