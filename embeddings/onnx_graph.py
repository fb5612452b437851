"""Builds the bundled model as an ONNX graph for ONNX Runtime's fused operators. Needs the package onnx.

The same graph comes in two arithmetics, given by how its matrix products are made: `FloatProducts` (reference, and
to calibrate) and `Int8Products` (to serve).
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from embeddings.nano_file import BLOCK, Floats, NanoFile

FUSED = "com.microsoft"
WEIGHT_LIMIT = 63
"""Int8 weights use −63…63: a pair of products with 8-bit activations then never overflows the 16-bit sums of processors
without VNNI, so every processor gives the same vectors. Costs 0.0005 of cosine (docs/decisions/0002)."""

SMOOTHING = 0.7
"""How far a product's difficulty moves from activations to weights, 0…1.  Source: SmoothQuant, arXiv 2211.10438;
0.6–0.9 measured, 0.7 best (docs/decisions/0002-encoder-runtime.md)."""


class Graph:
    """Nodes and constants of a graph in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Adds a constant and returns its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        """Adds a node with one output and returns that output's name."""
        self.nodes.append(helper.make_node(operator, list(inputs), [output], domain=domain, **attributes))
        return output


class Products(Protocol):
    """Makes ``x @ weights.T``; `name` is unique in the graph, `weights` float32 (out, in)."""

    def __call__(self, graph: Graph, name: str, x: str, weights: Floats, bias: Floats | None = None) -> str:
        """The name of the product, with `bias` (out,) added."""


class FloatProducts:
    """Matrix products in float32; remembers the name of each product's input."""

    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}

    def __call__(self, graph: Graph, name: str, x: str, weights: Floats, bias: Floats | None = None) -> str:
        """Adds MatMul and, with a bias, Add."""
        self.inputs[name] = x
        product = graph.node("MatMul", [x, graph.constant(f"{name}.w", weights.T)], f"{name}.product")
        if bias is None:
            return product
        return graph.node("Add", [product, graph.constant(f"{name}.b", bias)], f"{name}.sum")


class Int8Products:
    """Matrix products of 8-bit activations (scaled at run time) and 7-bit weights (one scale per output).

    Args:
        largest: per product, the largest absolute value of each input, (in,), seen on `calibration.SENTENCES`.
            Inputs are divided by a power of it and the weights multiplied, so that a few large inputs do not take
            the others' precision.
    """

    def __init__(self, largest: dict[str, Floats]) -> None:
        self._largest = largest

    def __call__(self, graph: Graph, name: str, x: str, weights: Floats, bias: Floats | None = None) -> str:
        """Adds Mul (smoothing) and DynamicQuantizeMatMul."""
        # 1e-3 and 1e-6 keep inputs and weights that are always zero from dividing by zero.
        heights = np.abs(weights).max(axis=0) + 1e-6
        smooth = ((self._largest[name] + 1e-3) ** SMOOTHING / heights ** (1 - SMOOTHING)).astype(np.float32)
        x = graph.node("Mul", [x, graph.constant(f"{name}.smooth", 1 / smooth)], f"{name}.smoothed")
        smoothed = weights * smooth
        scales = np.abs(smoothed).max(axis=1) / WEIGHT_LIMIT
        inputs = [
            x,
            graph.constant(f"{name}.w", np.rint(smoothed / scales[:, None]).astype(np.int8).T),
            graph.constant(f"{name}.scale", scales.astype(np.float32)),
            graph.constant(f"{name}.zero", np.zeros(len(scales), np.int8)),
        ]
        if bias is not None:
            inputs.append(graph.constant(f"{name}.b", bias))
        return graph.node("DynamicQuantizeMatMul", inputs, f"{name}.product", FUSED)


def build_model(file: NanoFile, products: Products) -> onnx.ModelProto:
    """The whole encoder: ``ids``, ``mask`` int32 (n, length) → ``vectors`` float32 (n, d), unit rows.

    Args:
        file: the weights.
        products: the arithmetic.
    """
    graph = Graph()
    x = _embed(graph, file)
    for layer in range(file.shape.layers):
        x = _feed_forward(graph, file, products, layer, _attend(graph, file, products, layer, x))
    _pool(graph, x)
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, ["n", "length"]) for name in ("ids", "mask")]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", file.shape.hidden])]
    whole = helper.make_graph(graph.nodes, "multilingual-e5-small", inputs, outputs, graph.constants)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(FUSED, 1)])
    model.ir_version = 10  # the version that goes with opset 21; onnx would write its newest, which runtimes refuse
    return model


def watch(model: onnx.ModelProto, names: Sequence[str]) -> None:
    """Makes the graph give out inner values, float32, too."""
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)


def _embed(graph: Graph, file: NanoFile) -> str:
    """Word + position + type, normalised. The 250,000 words stay in four bits: 60 MB instead of 384."""
    hidden = file.shape.hidden
    nibbles, scales = file.four_bit("emb.word", hidden)
    signed = (nibbles - 8) & 15  # two's complement
    words = TensorProto(name="words", data_type=TensorProto.INT4, dims=signed.shape)
    words.raw_data = (signed[:, 0::2] | (signed[:, 1::2] << 4)).tobytes()
    graph.constants.append(words)
    graph.constant("words.scale", scales)
    attributes = {"gather_axis": 0, "quantize_axis": 1, "block_size": BLOCK}
    graph.node("GatherBlockQuantized", ["words", "ids", "words.scale"], "word", FUSED, **attributes)
    kind = file.floats("emb.type").reshape(-1, hidden)[0]
    graph.constant("positions", file.floats("emb.pos").reshape(-1, hidden) + kind)
    graph.node("Shape", ["ids"], "length", start=1, end=2)
    graph.constant("zero", np.zeros(1, np.int64))
    graph.node("Slice", ["positions", "zero", "length", "zero"], "position")
    graph.node("Add", ["word", "position"], "embedded")
    inputs = [
        "embedded",
        graph.constant("emb.g", file.floats("emb.ln.w")),
        graph.constant("emb.b", file.floats("emb.ln.b")),
    ]
    return graph.node("LayerNormalization", inputs, "x0", epsilon=file.epsilon, axis=-1)


def _attend(graph: Graph, file: NanoFile, products: Products, layer: int, x: str) -> str:
    at, hidden = f"l{layer}.", file.shape.hidden
    weights = np.concatenate([file.matrix(f"{at}{part}.w", hidden) for part in "qkv"])
    bias = np.concatenate([file.floats(f"{at}{part}.b") for part in "qkv"])
    together = products(graph, f"{at}qkv", x, weights, bias)
    parts = [f"{at}{part}" for part in "qkv"]
    graph.nodes.append(helper.make_node("Split", [together], parts, axis=-1, num_outputs=3))
    heads = file.shape.heads
    mixed = graph.node("MultiHeadAttention", [*parts, "", "mask"], f"{at}mixed", FUSED, num_heads=heads)
    out = products(graph, f"{at}ao", mixed, file.matrix(f"{at}ao.w", hidden))
    return _add_and_normalise(graph, file, f"{at}ao", f"{at}aln", out, x)


def _feed_forward(graph: Graph, file: NanoFile, products: Products, layer: int, x: str) -> str:
    at, shape = f"l{layer}.", file.shape
    wide = products(graph, f"{at}fi", x, file.matrix(f"{at}fi.w", shape.hidden))
    bent = graph.node("BiasGelu", [wide, graph.constant(f"{at}fi.b", file.floats(f"{at}fi.b"))], f"{at}gelu", FUSED)
    out = products(graph, f"{at}fo", bent, file.matrix(f"{at}fo.w", shape.feed_forward))
    return _add_and_normalise(graph, file, f"{at}fo", f"{at}oln", out, x)


def _add_and_normalise(graph: Graph, file: NanoFile, product: str, norm: str, out: str, x: str) -> str:
    """``norm(out + bias of the product + x)``."""
    names = (f"{norm}.w", f"{norm}.b", f"{product}.b")
    inputs = [out, x, *(graph.constant(name, file.floats(name)) for name in names)]
    return graph.node("SkipLayerNormalization", inputs, f"{norm}.out", FUSED, epsilon=file.epsilon)


def _pool(graph: Graph, x: str) -> None:
    """Sum over the tokens that are not padding, made unit length (so that a mean would give the same)."""
    graph.node("Cast", ["mask"], "kept", to=TensorProto.FLOAT)
    graph.constant("one", np.ones(1, np.int64))
    graph.node("Unsqueeze", ["kept", "one"], "kept_rows")
    graph.node("MatMul", ["kept_rows", x], "summed_rows")
    graph.node("Squeeze", ["summed_rows", "one"], "summed")
    graph.node("LpNormalization", ["summed"], "vectors", axis=-1, p=2)
