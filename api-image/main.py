"""What uvicorn serves: `uvicorn main:app`. Everything is in the package llm_api."""

from llm_api.app import create_app

app = create_app()
