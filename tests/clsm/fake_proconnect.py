"""A ProConnect of the tests: an HTTP server on this machine that signs what it is told to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID = "clsm-de-test"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeProConnect(ThreadingHTTPServer):
    """`url` is its issuer; `nonce`, `userinfo`, `id_token` and `key` what its answers are made of.

    `asked` holds what the last request for a token said, `ended` whose sessions were ended.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.nonce = ""
        self.key = KEY
        self.id_token: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.ended: list[str] = []
        self.signs_out = True

    def __enter__(self) -> "FakeProConnect":
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.shutdown()
        self.server_close()

    def signed(self, **claims: Any) -> str:
        """A JWT for the client of the tests, valid a minute."""
        now = int(time.time())
        common = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "sub": "S-1"}
        return jwt.encode({**common, **claims}, self.key, "RS256", {"kid": "of-the-tests"})


class _Handler(BaseHTTPRequestHandler):
    server: FakeProConnect

    def do_GET(self) -> None:
        url = self.server.url
        match self.path:
            case "/.well-known/openid-configuration":
                configuration = {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/userinfo",
                    "jwks_uri": f"{url}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
                if self.server.signs_out:
                    configuration["end_session_endpoint"] = f"{url}/session/end"
                self._json(configuration)
            case "/jwks":
                key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                self._json({"keys": [{**key, "kid": "of-the-tests", "alg": "RS256"}]})
            case path if path.startswith("/session/end?"):
                self._end_session(parse_qs(path.partition("?")[2]))
            case "/userinfo":
                self._answer("application/jwt", self.server.signed(**self.server.userinfo))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked = {name: values[0] for name, values in parse_qs(body).items()}
        id_token = self.server.signed(**{"nonce": self.server.nonce, **self.server.id_token})
        self._json({"access_token": "t", "token_type": "Bearer", "id_token": id_token})

    def _end_session(self, asked: dict[str, list[str]]) -> None:
        """As ProConnect does: the token says whose session ends, and the browser goes back."""
        (token,), (back,), (state,) = (
            asked[name] for name in ("id_token_hint", "post_logout_redirect_uri", "state")
        )
        claims = jwt.decode(token, KEY.public_key(), ["RS256"], audience=CLIENT_ID)
        self.server.ended.append(claims["sub"])
        self.send_response(302)
        self.send_header("Location", f"{back}?state={state}")
        self.end_headers()

    def _json(self, content: dict[str, Any]) -> None:
        self._answer("application/json", json.dumps(content))

    def _answer(self, content_type: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing on the console of the tests."""
