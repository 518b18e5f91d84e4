"""What is refused of uploads, downloads and the images of boards."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator

import httpx
import pytest

from tests.integration.doors.telling import check_headers, check_refused, row
from tests.support.live_server import Account, LiveServer
from tutorium.engine.file_storage import UploadGrant, UploadTokens
from tutorium.server.refusals import FILES, IMAGES

TEN_MIB = 10 * 1024 * 1024


@pytest.fixture(scope="module")
def file_address(ann: Account) -> str:
    """Where a file of ten bytes is."""
    folder = ann.mutation("folders:create", name="Files")
    document = ann.upload(folder, "ten.txt", b"0123456789", "text/plain")
    return ann.query("documents:source", document=document)["url"]


@pytest.mark.parametrize("token", ["", "x", "a.b", "%00.%00", "%C3%A9.x", "..%2f..", "A" * 20_000, "eyJhbGciOiJub25lIn0.e30."])
def test_upload_addresses_that_are_none(http: httpx.Client, token: str) -> None:
    """Without a token, with garbage, with another kind of token."""
    check_refused(http.post(f"/api/storage/upload?token={token}", content=b"x"), row(FILES, "an upload address that is forged"))
    check_refused(http.post("/api/storage/upload", content=b"x"), row(FILES, "an upload address that is forged"))


def test_upload_addresses_that_were_changed(http: httpx.Client, ann: Account) -> None:
    """One's own key, one's own limit, one's own owner."""
    address = ann.mutation("documents:generateUploadUrl")
    base, _, token = address.partition("token=")
    body, _, mac = token.partition(".")
    foreign = UploadTokens(b"k" * 32).sign(UploadGrant("nonce", 1 << 40, ann.user["_id"], 9e12))
    for wrong in (foreign, f"{body}A.{mac}", f"{foreign.partition('.')[0]}.{mac}", token[:-4], f"{body}."):
        check_refused(http.post(f"{base}token={wrong}", content=b"x"), row(FILES, "an upload address that is forged"))
    assert http.post(address, content=b"x").status_code == 200


def test_an_upload_address_takes_one_file(http: httpx.Client, ann: Account) -> None:
    """The same file again, after a lost answer, is the same file; another is refused."""
    address = ann.mutation("documents:generateUploadUrl")
    first = http.post(address, content=b"one").json()
    assert http.post(address, content=b"one").json() == first
    check_refused(http.post(address, content=b"two"), row(FILES, "another file to an address"))


def test_digests_and_types(http: httpx.Client, ann: Account) -> None:
    """A file that arrives damaged is not kept, and the address may be used again."""
    address = ann.mutation("documents:generateUploadUrl")
    other = b64encode(hashlib.sha256(b"other").digest()).decode()
    damaged = http.post(address, content=b"data", headers={"Digest": f"sha-256={other}"})
    check_refused(damaged, row(FILES, "a file whose announced digest"))
    for headers in ({"Digest": "md5=x"}, {"Digest": "sha-256=%%"}, {"Content-Type": "x" * 300}, {"Content-Type": "nothing"}):
        check_refused(http.post(address, content=b"data", headers=headers), row(FILES, "a `Content-Type` or `Digest`"))
    assert http.post(address, content=b"data").status_code == 200


@pytest.mark.parametrize("announced", [True, False])
def test_files_above_the_limit(http: httpx.Client, ann: Account, announced: bool) -> None:
    """Fifty mebibytes and a byte."""
    size = 50 * 1024 * 1024 + 1

    def pieces() -> Iterator[bytes]:
        piece = b" " * (1024 * 1024)
        for start in range(0, size, len(piece)):
            yield piece[: min(len(piece), size - start)]

    address = ann.mutation("documents:generateUploadUrl")
    try:
        answer = http.post(address, content=b" " * size if announced else pieces())
    except httpx.WriteError:
        pytest.fail("the answer did not come before the connection ended")
    check_refused(answer, row(FILES, "a file above"))


@pytest.mark.parametrize(
    "blob",
    ["x", "00000000-0000-4000-8000-000000000000", "..%2f..%2fengine.db", "%00", "a" * 5_000, "%2e%2e%2fsigning-keys.json", "."],
)
def test_file_addresses_that_are_none(http: httpx.Client, blob: str) -> None:
    """No path leads out of the store."""
    for answer in (http.get(f"/api/storage/{blob}"), http.get(f"/api/storage/{blob}", headers={"Range": "bytes=0-1"})):
        check_refused(answer, row(FILES, "a file address that is none"))


@pytest.mark.parametrize(
    "wanted", ["bytes=10-", "bytes=99-100", "bytes=-0", "bytes=0-1,3-4", "bytes=" + "0-1," * 5_000 + "2-3"]
)
def test_ranges_that_cannot_be_had(http: httpx.Client, file_address: str, wanted: str) -> None:
    """The size is told."""
    answer = http.get(file_address, headers={"Range": wanted})
    check_refused(answer, row(FILES, "a range outside"))
    assert answer.headers["content-range"] == "bytes */10"


@pytest.mark.parametrize("wanted", ["bytes=x", "bytes=4-2", "lines=1-2", "bytes=" + "9" * 400 + "-", "bytes=-", ""])
def test_ranges_that_are_none(http: httpx.Client, file_address: str, wanted: str) -> None:
    """They are passed over, as the standard has it."""
    answer = http.get(file_address, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert answer.headers["x-content-type-options"] == "nosniff"
    check_headers(answer)


# ---- images of boards ----

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def put(
    http: httpx.Client, who: Account | None, session: str, body: bytes, kind: str = "image/png", image: str | None = None
) -> httpx.Response:
    """Put an image on a board."""
    name = hashlib.sha256(body).hexdigest() if image is None else image
    headers = {"Content-Type": kind} | ({} if who is None else {"Authorization": f"Bearer {who.token}"})
    return http.put(f"/api/boards/{session}/files/{name}", content=body, headers=headers)


def test_images_from_who_may_not(
    server: LiveServer, http: httpx.Client, ann: Account, bob: Account, viewer: Account, session: str
) -> None:
    """Nobody, a stranger, a viewer; and images that are not there."""
    check_refused(put(http, None, session, PNG), row(IMAGES, "no access token"))
    check_refused(http.get(f"/api/boards/{session}/files/x"), row(IMAGES, "no access token"))
    missing = row(IMAGES, "a session that the caller is not in")
    check_refused(put(http, bob, session, PNG), missing)
    for wrong in ("x", "..%2f..%2fx", "%00", ann.user["_id"]):
        check_refused(put(http, ann, wrong, PNG), missing)
    headers = {"Authorization": f"Bearer {ann.token}"}
    for image in ("x", "0" * 64, "..%2f..%2fengine.db", "%00"):
        check_refused(http.get(f"/api/boards/{session}/files/{image}", headers=headers), missing)
    check_refused(put(http, viewer, session, PNG), row(IMAGES, "an image from a viewer"))


@pytest.mark.parametrize(
    ("body", "kind", "image"),
    [
        (PNG, "text/html", None),
        (PNG, "", None),
        (PNG, "image/png", "x"),
        (PNG, "image/png", hashlib.sha256(PNG).hexdigest().upper()),
        (b"<svg><script>alert(1)</script></svg>", "image/svg+xml", None),
        (b"<svg onload='x()'/>", "image/svg+xml; charset=utf-8", None),
        (b'<!DOCTYPE svg [<!ENTITY x "y">]><svg/>', "image/svg+xml", None),
    ],
)
def test_images_that_are_none(
    http: httpx.Client, ann: Account, session: str, body: bytes, kind: str, image: str | None
) -> None:
    """Other types, other ids, and drawings that could run something."""
    check_refused(put(http, ann, session, body, kind, image), row(IMAGES, "an id that is no SHA-256"))


def test_images_under_another_hash_or_too_large(http: httpx.Client, ann: Account, session: str) -> None:
    """The id is the hash of the bytes; ten mebibytes are the end, announced or not."""
    check_refused(put(http, ann, session, PNG, image="0" * 64), row(IMAGES, "bytes with another SHA-256"))
    check_refused(put(http, ann, session, bytes(TEN_MIB + 1)), row(IMAGES, "an image above 10 MiB"))
