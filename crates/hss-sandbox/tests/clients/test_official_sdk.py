"""The vendor's own SDK, as it comes from PyPI, against the sandbox."""

import os
import tempfile
import unittest
import warnings

# The SDK leaves a file with an id in the home directory of whoever uses it.
HOME = tempfile.TemporaryDirectory()
os.environ["HOME"] = HOME.name

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkhss.v5 import (
    HssClient,
    ListSwrImageRepositoryRequest,
    RunImageSynchronizeRequest,
    RunImageSynchronizeRequestInfo,
)

from server import PROJECT_ID, Server

TYPES = ["private_image", "shared_image", "local_image", "instance_image"]


def connect(server, secret="sandbox-secret-key", project_id=None, security_token=None):
    # Set here and not found in the environment of whoever runs the test.
    credentials = BasicCredentials("SANDBOX-ACCESS-KEY", secret, project_id)
    credentials = credentials.with_iam_endpoint(server.endpoint)
    if security_token:
        credentials = credentials.with_security_token(security_token)
    region = Region("my-kualalumpur-1", server.endpoint)
    return HssClient.new_builder().with_credentials(credentials).with_region(region).build()


def listing(client, **filters):
    return client.list_swr_image_repository(ListSwrImageRepositoryRequest(**filters))


def pages(client, **filters):
    """All records, page by page: the SDK itself cannot do that."""
    found = []
    while True:
        page = listing(client, limit=50, offset=len(found), **filters)
        if not page.data_list:
            assert page.total_num == len(found), (page.total_num, len(found))
            return found
        found += page.data_list


class OfficialSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        warnings.simplefilter("ignore")
        cls.server = cls.enterClassContext(Server())

    def test_it_finds_the_project_and_lists_page_by_page(self):
        client = connect(self.server)
        found = {kind: pages(client, image_type=kind) for kind in TYPES}
        self.assertEqual(sum(map(len, found.values())), 500)
        for kind, images in found.items():
            ids = [image.id for image in images]
            self.assertEqual(ids, sorted(set(ids)))
            self.assertEqual({image.image_type for image in images} - {kind}, set())

    def test_it_filters(self):
        client = connect(self.server, project_id=PROJECT_ID)
        everything = pages(client, image_type="private_image")
        some = everything[len(everything) // 2]
        before, after = some.latest_update_time - 1, some.latest_update_time + 1
        # The filters by findings match only images whose last scan succeeded.
        scanned = lambda image: image.scan_status == "success"
        cases = [
            ({"has_vul": True}, lambda image: scanned(image) and image.vul_num > 0),
            ({"has_vul": False}, lambda image: scanned(image) and image.vul_num == 0),
            ({"has_malicious_file": True}, lambda image: scanned(image) and image.malicious_file_num > 0),
            ({"has_unsafe_setting": True}, lambda image: scanned(image) and image.unsafe_setting_num > 0),
            ({"latest_version": True}, lambda image: image.latest_version),
            ({"scan_status": "failed"}, lambda image: image.scan_status == "failed"),
            ({"namespace": some.namespace}, lambda image: image.namespace == some.namespace),
            ({"image_name": some.image_name}, lambda image: image.image_name == some.image_name),
            ({"image_size": some.image_size}, lambda image: image.image_size == some.image_size),
            (
                {"start_latest_update_time": before, "end_latest_update_time": after, "latest_version": False},
                lambda image: before <= image.latest_update_time <= after,
            ),
        ]
        for filters, passes in cases:
            with self.subTest(filters):
                expected = [image.id for image in everything if passes(image)]
                found = [image.id for image in pages(client, image_type="private_image", **filters)]
                self.assertEqual(found, expected)

    def test_it_synchronizes(self):
        with Server() as server:
            client = connect(server, project_id=PROJECT_ID)
            before = pages(client, image_type="private_image")
            body = RunImageSynchronizeRequestInfo(image_type="private_image")
            answer = client.run_image_synchronize(RunImageSynchronizeRequest(body=body))
            self.assertEqual((answer.error_code, answer.error_description), (0, "success"))
            after = pages(client, image_type="private_image")
            new = after[len(before):]
            self.assertGreater(len(new), 0)
            self.assertTrue(all(image.latest_version and image.scan_status == "unscan" for image in new))

    def test_a_temporary_key_has_its_token_signed(self):
        client = connect(self.server, security_token="a-temporary-token")
        self.assertEqual(len(listing(client, image_type="private_image", limit=20).data_list), 20)

    def test_errors_have_the_shape_that_it_reads(self):
        def error(client, **filters):
            with self.assertRaises(ClientRequestException) as raised:
                listing(client, **filters)
            self.assertEqual(len(raised.exception.request_id), 32)
            return raised.exception.status_code, raised.exception.error_code

        known = connect(self.server, project_id=PROJECT_ID)
        wrong = connect(self.server, secret="not-the-secret", project_id=PROJECT_ID)
        self.assertEqual(error(wrong, image_type="private_image"), (401, "APIGW.0301"))
        self.assertEqual(error(known, image_type="private_image", limit=5000), (400, "HSS.0001"))
        self.assertEqual(error(known, limit=20), (400, "HSS.0001"))
        with Server("--fault", "throttle=1") as throttling:
            client = connect(throttling, project_id=PROJECT_ID)
            # Of this answer, the SDK keeps nothing but the status.
            with self.assertRaises(ClientRequestException) as raised:
                listing(client, image_type="private_image")
            self.assertEqual(raised.exception.status_code, 429)
            self.assertGreater(listing(client, image_type="private_image").total_num, 0)


if __name__ == "__main__":
    unittest.main()
