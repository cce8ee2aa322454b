#!/usr/bin/env python3
"""Makes clients of openapi/dist with generators of others, compiles them, and lists through four of them.

    python3 xtask/generators/run.py

The files are taken as they are. The programs in openapi/README.md are run as they stand there. All that is installed and
made is in target/generators. Needed are Rust, Python, Node.js with npm, and Go; where Go is missing, it is taken from the
packages of Debian.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
DIST = TOP / "openapi" / "dist"
TARGET = TOP / "target" / "generators"
OUT = TARGET / "out"
PYTHON, TYPESCRIPT, FETCH, GO = OUT / "python", OUT / "typescript", OUT / "fetch", OUT / "go"
BIN = TARGET / "venv" / "bin"
DOCUMENTS = ["hss-image", "iam"]

STARTED = time.monotonic()
ENVIRONMENT = {
    **os.environ,
    "PATH": os.pathsep.join([str(BIN), str(TARGET / "node_modules" / ".bin"), os.environ["PATH"]]),
    "DIST": str(DIST),
    "OUT": str(TYPESCRIPT),
}

# What a client prints of an image is not among the fields that are null.
SHOWN = ["id", "namespace", "image_name", "image_version", "scan_status"]

# The names that openapi/README.md gives them.
ACCOUNT = {
    "ACCOUNT": "sandbox",
    "IAM_USER": "sandbox",
    "IAM_PASSWORD": "sandbox",
    "PROJECT_ID": "0123456789abcdef0123456789abcdef",
    "IMAGE_TYPE": "private_image",
}


def step(what):
    print(f"-- {what} (after {time.monotonic() - STARTED:.0f} s)", flush=True)


def run(command, cwd=OUT, **more):
    """Runs a command that has to succeed, and shows what it printed if it does not."""
    command = [str(part) for part in command]
    environment = {**ENVIRONMENT, **more}
    done = subprocess.run(
        command, cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\nfailed with {done.returncode}")
    return done.stdout


def install():
    TARGET.mkdir(parents=True, exist_ok=True)
    if not BIN.exists():
        venv.create(TARGET / "venv", with_pip=True)
    pip = [BIN / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
    run(pip, cwd=TARGET)
    lock = HERE / "package-lock.json"
    installed = TARGET / "installed-lock.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        shutil.copy(HERE / "package.json", TARGET)
        shutil.copy(lock, TARGET)
        # Scripts of some packages would tell their authors of the installation.
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=TARGET)
        shutil.copy(lock, installed)
    if not shutil.which("go"):
        if not shutil.which("apt-get"):
            sys.exit("Go is missing; see https://go.dev/doc/install")
        run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", "golang-go"], cwd=TARGET)


def lint():
    files = [path for path in DIST.iterdir() if path.suffix in (".json", ".yaml")]
    run(["spectral", "lint", "--quiet", "--fail-severity=hint", "--ruleset", HERE / "spectral.yaml", *files])


def example(heading, language):
    """A program in openapi/README.md, below a heading."""
    text = (TOP / "openapi" / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^### {heading}\n.*?^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else sys.exit(f"openapi/README.md has no {language} below {heading}")


def generate():
    shutil.rmtree(OUT, ignore_errors=True)
    for folder in (PYTHON, TYPESCRIPT, FETCH, GO):
        folder.mkdir(parents=True)
    for folder in (PYTHON, TYPESCRIPT):
        for name in DOCUMENTS:
            shutil.copy(DIST / f"{name}.json", folder)

    step("openapi-python-client and hey-api, as openapi/README.md has them")
    in_python, in_typescript = "A token and all images, in Python", "The same in TypeScript"
    for line in example(in_python, "sh").splitlines():
        if line.startswith("openapi-python-client "):
            run(line.split(), cwd=PYTHON)
    (PYTHON / "list.py").write_text(example(in_python, "python"), encoding="utf-8")
    (TYPESCRIPT / "openapi-ts.config.js").write_text(example(in_typescript, "js"), encoding="utf-8")
    run(["openapi-ts"], cwd=TYPESCRIPT)
    (TYPESCRIPT / "list.ts").write_text(example(in_typescript, "ts"), encoding="utf-8")

    step("datamodel-code-generator, oazapfts and orval")
    flags = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel", "--collapse-root-models"]
    run(["datamodel-codegen", "--input", DIST / "hss-image.json", "--output", PYTHON / "models.py", *flags])
    shutil.copy(HERE / "clients" / "nulls.py", PYTHON)
    for name in DOCUMENTS:
        run(["oazapfts", DIST / f"{name}.json", TYPESCRIPT / f"oazapfts-{name}.ts"])
    run(["orval", "--config", HERE / "orval.config.cjs"])
    shutil.copy(HERE / "clients" / "nulls.zod.ts", TYPESCRIPT)

    step("openapi-generator: typescript-fetch and go")
    no_extras = "--global-property=apis,models,supportingFiles,apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"
    for name, file, more in [
        ("hssimage", "hss-image", ""),
        ("iam", "iam", ""),
        ("closed", "hss-image.closed-enums", ",enumClassPrefix=true"),
    ]:
        source = ["openapi-generator-cli", "generate", "-i", DIST / f"{file}.json"]
        run([*source, "-g", "go", "-o", GO / name, no_extras, f"--additional-properties=packageName={name},withGoMod=false{more}"])
        if file in DOCUMENTS:
            run([*source, "-g", "typescript-fetch", "-o", FETCH / file])
    (GO / "go.mod").write_text("module list\n\ngo 1.19\n", encoding="utf-8")
    shutil.copy(HERE / "clients" / "main.go", GO)
    shutil.copy(HERE / "clients" / "list.fetch.ts", FETCH / "list.ts")


def compile_all():
    step("compile Python")
    modules = [
        path.relative_to(PYTHON).with_suffix("").as_posix().replace("/", ".")
        for path in PYTHON.rglob("*.py")
        if path.stem not in ("list", "nulls", "__init__")
    ]
    run([BIN / "python", "-c", f"import {', '.join(modules)}"], cwd=PYTHON)
    run([BIN / "python", "nulls.py"], cwd=PYTHON)
    step("compile TypeScript, strictly")
    shutil.copy(HERE / "tsconfig.json", OUT)
    run(["tsc", "-p", "."])
    for folder, name in [(TYPESCRIPT, "list"), (TYPESCRIPT, "nulls.zod"), (FETCH, "list")]:
        run(["esbuild", f"{name}.ts", "--bundle", "--platform=node", "--format=esm", f"--outfile={name}.mjs"], cwd=folder)
    run(["node", "nulls.zod.mjs"], cwd=TYPESCRIPT)
    step("compile Go")
    offline = {"GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    run(["go", "build", "-o", GO / "list", "."], cwd=GO, **offline)
    run(["go", "vet", "./closed"], cwd=GO, **offline)


def sandbox():
    """A sandbox in which every field is null that no client prints, and the status of each scan is unknown."""
    run(["cargo", "build", "--locked", "-p", "hss-cli"], cwd=TOP)
    with open(DIST / "hss-image.json", encoding="utf-8") as file:
        schemas = json.load(file)["components"]["schemas"]
    nulls = [name for name in schemas["PrivateImageRepositoryInfo"]["properties"] if name not in SHOWN]
    faults = ["unknown-enum", *(f"null={name}" for name in nulls)]
    folder = Path(os.environ.get("CARGO_TARGET_DIR", TOP / "target"))
    command = [folder / "debug" / "hss", "sandbox", "--listen", "127.0.0.1:0", "--images", "1000"]
    command += [part for fault in faults for part in ("--fault", fault)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if "--endpoint " in line:
            return server, line.split()[-1]
    sys.exit("the sandbox did not start")


def call(address, token=None, body=None):
    request = urllib.request.Request(address, headers={"Content-Type": "application/json"})
    if token:
        request.add_header("X-Auth-Token", token)
    data = json.dumps(body).encode() if body else None
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, data) as answer:
        return answer.headers, json.load(answer)


def expected(endpoint):
    """What a client has to print, read without any."""
    user = {"domain": {"name": ACCOUNT["ACCOUNT"]}, "name": ACCOUNT["IAM_USER"], "password": ACCOUNT["IAM_PASSWORD"]}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": ACCOUNT["PROJECT_ID"]}}}}
    headers, _ = call(f"{endpoint}/v3/auth/tokens", body=body)
    lines, token = [], headers["X-Subject-Token"]
    while True:
        query = f"image_type={ACCOUNT['IMAGE_TYPE']}&limit=200&offset={len(lines)}"
        path = f"/v5/{ACCOUNT['PROJECT_ID']}/image/swr-repository?{query}"
        page = call(endpoint + path, token)[1]["data_list"]
        if not page:
            return lines
        lines += [" ".join(str(image[name]) for name in SHOWN) for image in page]


def listed(command, folder, environment):
    return subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)


def list_all():
    server, endpoint = sandbox()
    try:
        images = expected(endpoint)
        assert len(images) > 400 and all(line.endswith(" quantum_scanned") for line in images), images[:3]
        environment = {**ENVIRONMENT, **ACCOUNT, "IAM_ENDPOINT": endpoint, "HSS_ENDPOINT": endpoint, "NO_PROXY": "127.0.0.1"}
        for client, folder, command in [
            ("Python, openapi-python-client", PYTHON, [BIN / "python", "list.py"]),
            ("TypeScript, hey-api with zod", TYPESCRIPT, ["node", "list.mjs"]),
            ("TypeScript, typescript-fetch", FETCH, ["node", "list.mjs"]),
            ("Go, openapi-generator", GO, ["./list"]),
        ]:
            whole = listed(command, folder, environment)
            if whole.returncode != 0 or whole.stdout.splitlines() != images:
                sys.exit(f"{client}: {len(whole.stdout.splitlines())} of {len(images)} images\n{whole.stderr}")
            # An error of each service arrives with what it says.
            for says, wrong in [("HSS.0001", {"IMAGE_TYPE": "nonsense"}), ("password is wrong", {"IAM_PASSWORD": "wrong"})]:
                refused = listed(command, folder, {**environment, **wrong})
                if refused.returncode == 0 or says not in refused.stderr:
                    sys.exit(f"{client}: expected an error with {says!r}, found\n{refused.stdout}{refused.stderr}")
            print(f"   {client}: {len(images)} images, and 2 errors", flush=True)
    finally:
        server.terminate()
        server.wait()


def main():
    step("install")
    install()
    step("lint with the default rules of Spectral")
    OUT.mkdir(exist_ok=True)
    lint()
    generate()
    compile_all()
    step("list through four of them, against one sandbox")
    list_all()
    step("done")


main()
