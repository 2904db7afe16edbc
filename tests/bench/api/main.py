"""The tutorial's service: plain synchronous handlers and pydantic models. What ours is measured against."""

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(title="LLM API")


class ChatRequest(BaseModel):
    message: str


class ChatResponse(BaseModel):
    response: str


@app.get("/")
def root():
    return {"message": "LLM API Server", "status": "running"}


@app.get("/health")
def health():
    return {"status": "healthy"}


@app.post("/chat", response_model=ChatResponse)
def chat(request: ChatRequest):
    return ChatResponse(response=f"Echo: {request.message}")
