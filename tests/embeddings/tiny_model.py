"""A real sentence-transformers model small enough to make in a test: random BERT, words of one character."""

from pathlib import Path

CHARACTERS = "我的快递到哪了什么时候发货怎退款不想要尺码大小abcdefghij?"


def write_tiny_model(folder: Path, seed: int = 0, dimension: int = 32) -> Path:
    """Saves such a model to `folder` and returns the folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    parts = folder.with_name(folder.name + "-parts")
    parts.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(CHARACTERS)]
    (parts / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(parts / "vocab.txt")).save_pretrained(parts)
    torch.manual_seed(seed)
    shape = BertConfig(
        vocab_size=len(words),
        hidden_size=dimension,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(shape).save_pretrained(parts)
    SentenceTransformer(modules=[Transformer(str(parts)), Pooling(dimension)], device="cpu").save(str(folder))
    return folder
