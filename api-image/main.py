"""What uvicorn serves: `uvicorn main:app`. Everything is in the package llm_api."""

import gc
import sys

from pydantic import BaseModel

# What is made here stays for good: it is neither collected while it is made, nor looked at by later collections.
gc.disable()
# FastAPI's own models describe the API in /openapi.json; a sixth of the time to start, they are built when one asks.
BaseModel.model_config["defer_build"] = True
# FastAPI loads pydantic's old interface only to ask whether a model is of that kind, and does without where it is not.
sys.modules["pydantic.v1"] = None  # type: ignore[assignment]
import fastapi  # noqa: E402, F401

del BaseModel.model_config["defer_build"]

from llm_api.app import create_app  # noqa: E402
from llm_api.settings import SettingsError  # noqa: E402

try:
    app = create_app()
except SettingsError as error:
    sys.exit(str(error))
gc.freeze()
gc.enable()
