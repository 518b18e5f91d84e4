"""No secret is ever in the log, however busy the doors were."""

import json
from pathlib import Path

import httpx
import pytest

from tests.integration.doors.listening import talk
from tests.integration.doors.test_accounts import forged_tokens
from tests.support.live_server import Account, running_server

PASSWORD = "Xyzzy plugh 4711"
MODEL_KEY = "sk-verysecretmodelkey4711"


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_secret_in_any_line(tmp_path: Path, form: str) -> None:
    """Tokens, passwords, keys, invitations and addresses of files: in paths, queries, headers and bodies, good and bad."""
    settings = {
        "TUTORIUM_LOG_FORMAT": form,
        "TUTORIUM_LOG_LEVEL": "debug",
        "TUTORIUM_MODEL_URL": "http://127.0.0.1:9/v1",
        "TUTORIUM_MODEL_NAME": "none",
        "TUTORIUM_MODEL_KEY": MODEL_KEY,
    }
    secrets = {PASSWORD, MODEL_KEY}
    with running_server(tmp_path, settings) as server, httpx.Client(base_url=server.origin) as http:
        ann = Account.sign_up(server.origin, "ann@example.org", "Ann", PASSWORD)
        forged = forged_tokens(server, ann)
        secrets |= {ann.token, ann.refresh_token, *(token for token in forged.values() if len(token) > 40)}
        http.post("/auth/sign-in", json={"email": "ann@example.org", "password": PASSWORD + "x"})
        http.post("/auth/sign-up", json={"email": 1, "password": [PASSWORD], "name": None})
        http.post("/auth/sign-in", content=f'{{"email":"ann@example.org","password":"{PASSWORD}"'.encode())
        secrets.add(http.post("/auth/refresh", json={"refresh_token": ann.refresh_token}).json()["refresh_token"])
        http.get(f"/auth/me?token={ann.token}&password={PASSWORD}")
        http.get("/healthz", headers={"Cookie": f"tutorium_refresh={ann.refresh_token}", "X-Request-ID": ann.token})
        folder = ann.mutation("folders:create", name="Physics")
        session = ann.mutation("sessions:create", folder=folder, title="Waves")
        code = ann.mutation("sessions:share", session=session)["code"]
        http.get(f"/join/{code}")
        http.post(f"/join/{code}/more")
        document = ann.upload(folder, "waves.md", b"# Waves\n\nA wave is a disturbance.", "text/markdown")
        file = ann.query("documents:source", document=document)["url"]
        http.get(file)
        http.get(f"{file}/more")
        upload = ann.mutation("documents:generateUploadUrl")
        http.post(upload + "x", content=b"x")
        secrets |= {code, file.rpartition("/")[2], upload.partition("token=")[2]}
        for token in (ann.token, *forged.values()):
            http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
            if " " not in token:
                for path, until in (
                    (f"/ws/board/{session}", "00"),
                    (f"/ws/tutor/{session}", "error"),
                    ("/ws/nothing", ""),
                    ("/api/sync", ""),
                ):
                    talk(server, f"{path}?token={token}", b"\x00\x00", until=until)
        talk(server, f"/ws/tutor/{session}?token={ann.token}", '{"type":"say","text":"hello"}', until="turn.f")
        talk(server, "/api/sync", json.dumps({"type": "Connect", "sessionId": "x", "token": ann.token}), "{", until="Fatal")
        http.post(f"/api/query?token={ann.token}", json={"path": "no:no", "args": {"password": PASSWORD}})
        log = server.log_text()
    log += (tmp_path / "server.log").read_text()
    assert len(log.splitlines()) > 60
    for secret in secrets:
        assert secret not in log, f"a secret is in the log: {secret[:12]}…"
        assert secret[len(secret) // 2 :] not in log
    assert "token=ey" not in log
