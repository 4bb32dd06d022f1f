"""Tokens, sentences, syntax, mentions and events: what one pass of the reading model says of each word."""

from diegesis.language.memory import Memory
from diegesis.language.model import FakeModel, ReadingModel, WindowPrediction
from diegesis.language.read import read, read_words
from diegesis.language.tokenizer import Words, tokenize

__all__ = [
    "FakeModel",
    "Memory",
    "ReadingModel",
    "WindowPrediction",
    "Words",
    "load_model",
    "read",
    "read_words",
    "tokenize",
]


def load_model() -> ReadingModel:
    """The reading model that the package carries; raises ``ModelError`` when it is missing or damaged."""
    from diegesis.language.onnx_model import OnnxModel

    return OnnxModel.load()
