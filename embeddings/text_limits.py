"""What every text goes through before a model sees it: length and characters that no tokenizer takes. Pure."""

MAX_CHARACTERS = 1024
"""The bundled model reads 512 tokens, and a token is one or two Chinese characters."""


def readable(text: str) -> str:
    """The start of a text, at most `MAX_CHARACTERS` long, without NUL and lone surrogates (they become spaces and �).

    A C string ends at NUL and UTF-8 has no lone surrogates, so both would lose or refuse a text.
    """
    start = text[:MAX_CHARACTERS].replace("\0", " ")
    return start if start.isascii() else start.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
