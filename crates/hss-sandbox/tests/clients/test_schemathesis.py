"""Schemathesis with all checks, against the sandbox, with the published documents."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

from server import REPOSITORY, Server

HERE = Path(__file__).resolve().parent


def token(server):
    user = {"name": "sandbox", "password": "sandbox", "domain": {"name": "sandbox"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"name": "my-kualalumpur-1"}}
    request = urllib.request.Request(
        server.endpoint + "/v3/auth/tokens?nocatalog=true",
        data=json.dumps({"auth": {"identity": identity, "scope": scope}}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return answer.headers["X-Subject-Token"]


# To the gateway, a path with another method is an operation that does not exist: 404, and no 405.
NOT_OF_THIS_GATEWAY = "unsupported_method"


class Schemathesis(unittest.TestCase):
    def run_on(self, document, *flags):
        with Server() as server, tempfile.TemporaryDirectory() as directory:
            # Started as a module of the interpreter that runs this, so that no PATH decides what is run.
            command = [
                sys.executable, "-m", "schemathesis.cli", "run",
                str(REPOSITORY / "openapi/dist" / document),
                "--url", server.endpoint,
                "--header", f"X-Auth-Token: {token(server)}",
                "--checks", "all", "--seed", "1", "--max-examples", "100", *flags,
            ]
            environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "NO_COLOR": "1"}
            run = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertIn("No issues found", run.stdout)

    def test_the_image_inventory(self):
        self.run_on("hss-image.json", "--exclude-checks", NOT_OF_THIS_GATEWAY)

    def test_iam(self):
        # That page and per_page go together, and that a scope is of one kind, is said in the texts of the document
        # only: a schema cannot say the one, and the other it says too loosely. So not all that it allows is accepted.
        self.run_on("iam.json", "--exclude-checks", f"positive_data_acceptance,{NOT_OF_THIS_GATEWAY}")


if __name__ == "__main__":
    unittest.main()
