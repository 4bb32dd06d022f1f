"""An optional reader of changes: a language model behind a server on the user's own machine.

Any server that speaks OpenAI's chat completions will do (llama.cpp, Ollama, LM Studio). It is asked part by part, with
nothing of what comes later; what it answers is advice, and counts only where the text bears it out. This is the one
part of the package that opens a connection, and only where the user has named the server.
"""

from diegesis.adviser.advise import AdvisedChanges, Adviser
from diegesis.errors import AdviserError

__all__ = ["AdvisedChanges", "Adviser", "AdviserError"]
