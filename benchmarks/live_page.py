"""What the live page costs: its queries, counted in the process that renders it.

Prints one JSON object. Run by benchmarks/first.py in the rig's environment.
"""

import argparse
import json

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--path", required=True)
    options = parser.parse_args()
    client = Client(headers={"host": options.host})
    client.get(options.path)  # what is kept in the process is kept from the second page on
    with CaptureQueriesContext(connection) as queries:
        response = client.get(options.path)
    print(json.dumps({"status": response.status_code, "queries": len(queries)}))


if __name__ == "__main__":
    main()
