"""What validates strictly takes a page in which everything is null, and models of it compare with plain text."""

import json
import os
import sys

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

import models

with open(f"{os.environ['DIST']}/hss-image.json", encoding="utf-8") as file:
    document = json.load(file)
fields = document["components"]["schemas"]["PrivateImageRepositoryInfo"]["properties"]
record = dict.fromkeys(fields)
page = {"total_num": None, "data_list": [record, {**record, "scan_status": "new"}]}
api = OpenAPI.from_dict(document)
request = MockRequest(
    document["servers"][0]["url"],
    "get",
    "/v5/p/image/swr-repository",
    path_pattern="/v5/{project_id}/image/swr-repository",
    view_args={"project_id": "p"},
    args={"image_type": "private_image"},
    headers={"X-Auth-Token": "t"},
)
for status, body in [(200, page), (429, {"error_code": None}), (418, {"error_msg": None, "extra": 1})]:
    api.validate_response(request, MockResponse(json.dumps(body).encode(), status_code=status))

image = models.SwrImagePage.model_validate(page).data_list[1]
sent = models.ImageSynchronizationRequest(image_type="private_image")
if (image.scan_status, sent.image_type) != ("new", "private_image"):
    sys.exit(f"not plain text: {image.scan_status!r}, {sent.image_type!r}")
