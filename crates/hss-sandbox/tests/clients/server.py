"""A sandbox for one test: the real program, on a free port."""

import os
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[4]
PROGRAM = Path(os.environ.get("HSS", REPOSITORY / "target/debug/hss"))
PROJECT_ID = "0123456789abcdef0123456789abcdef"


class Server:
    """`hss sandbox` with these flags, until the end of the `with` block."""

    def __init__(self, *flags):
        command = [PROGRAM, "sandbox", "--listen", "127.0.0.1:0", *flags]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.endpoint = ""
        for line in self.process.stdout:
            if "--endpoint " in line:
                self.endpoint = line.split("--endpoint ")[1].strip()
                return
        raise RuntimeError("the sandbox ended before it served")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
