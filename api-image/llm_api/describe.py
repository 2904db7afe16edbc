"""Print the API's description: `python -m llm_api.describe > openapi.json`."""

from __future__ import annotations

import json
import sys

from llm_api.app import create_app
from llm_api.settings import Settings

if __name__ == "__main__":
    json.dump(create_app(Settings()).api.openapi(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
