"""Stand in for the web site whose cache is warmed: `python serve.py`, and Ctrl-C to stop it."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PLACE = ("127.0.0.1", 8099)


class Site(BaseHTTPRequestHandler):
    """Answers `/warm`, and nothing else."""

    def do_GET(self) -> None:
        status, text = (200, b"warm\n") if self.path == "/warm" else (404, b"no such page\n")
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


if __name__ == "__main__":
    with ThreadingHTTPServer(PLACE, Site) as server:
        print(f"The site answers at http://{PLACE[0]}:{PLACE[1]}/warm", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
