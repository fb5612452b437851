"""Random secrets, the hashes that are stored in their place, and the proof against forged forms."""

import hashlib
import hmac
import secrets

TOKEN_PREFIX = "hs_"
"""Marks a token of ours, so that scanners find one that was published by mistake."""


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """SHA-256 in hex; enough without salt or stretching, as secrets are random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_token(key: str, session_secret: str) -> str:
    """What a page of this session sends along with every form and call: HMAC-SHA-256 of its secret, hex."""
    return hmac.new(key.encode(), f"csrf:{session_secret}".encode(), hashlib.sha256).hexdigest()


def is_csrf_token(key: str, session_secret: str, given: str) -> bool:
    """Whether `given` is that session's token; takes the same time whatever is given."""
    return hmac.compare_digest(csrf_token(key, session_secret).encode(), given.encode())
