"""A small LLM API server: the tutorial's endpoints, streaming, and OpenAI's and Ollama's HTTP APIs over one backend."""

__version__ = "0.1.0"
