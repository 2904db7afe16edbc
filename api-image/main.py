"""What uvicorn serves: `uvicorn main:app`. Everything is in the package llm_api."""

import gc
import sys

# What is made here stays for good: it is neither collected while it is made, nor looked at by later collections.
gc.disable()

from llm_api.app import create_app  # noqa: E402
from llm_api.settings import SettingsError  # noqa: E402

try:
    app = create_app()
except SettingsError as error:
    sys.exit(str(error))
gc.freeze()
gc.enable()
