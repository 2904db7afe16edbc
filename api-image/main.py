"""What uvicorn serves: `uvicorn main:app`. Everything is in the package llm_api."""

import sys

from llm_api.app import create_app
from llm_api.settings import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(str(error))
