"""Takes the published document at its word: `x-extensible-enum` lists what a caller may send.

To a generator of requests an open enum is a string like any other. With the list as its `enum`, only known values
count as valid, others have to be refused, and what is answered is held against the list, too.
"""

import schemathesis


def close(node):
    if isinstance(node, dict):
        if "x-extensible-enum" in node:
            node["enum"] = list(node["x-extensible-enum"])
        for child in node.values():
            close(child)
    elif isinstance(node, list):
        for child in node:
            close(child)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    close(raw_schema)
