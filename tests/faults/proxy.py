"""A line to PostgreSQL that can be cut: TCP on the loopback in front of the server's socket."""

import selectors
import socket
import threading
from pathlib import Path


class Line:
    """Listens on `port`; `cut()` closes every connection, and refuses new ones until `mend()`."""

    def __init__(self, target: Path) -> None:
        self.target = str(target)
        self.pairs: dict[socket.socket, socket.socket] = {}
        self.up = True
        self.over = False
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.waiting = selectors.DefaultSelector()
        self.waiting.register(self.listener, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self._carry, daemon=True)
        self.thread.start()

    def cut(self) -> None:
        """Close what passes, and whatever comes until `mend`."""
        with self.lock:
            self.up = False
            while self.pairs:
                self._close(next(iter(self.pairs)))

    def mend(self) -> None:
        """Let through what comes from now on."""
        with self.lock:
            self.up = True

    def close(self) -> None:
        """End it, and every connection."""
        self.cut()
        self.over = True
        self.thread.join()
        self.listener.close()
        self.waiting.close()

    def _carry(self) -> None:
        while not self.over:
            for key, _ in self.waiting.select(timeout=0.2):
                with self.lock:
                    end = key.fileobj
                    assert isinstance(end, socket.socket)
                    if end is self.listener:
                        self._accept()
                    elif end in self.pairs:
                        self._pass_on(end)

    def _accept(self) -> None:
        near, _ = self.listener.accept()
        if not self.up:
            near.close()
            return
        far = socket.socket(socket.AF_UNIX)
        far.connect(self.target)
        self.pairs |= {near: far, far: near}
        for end in (near, far):
            self.waiting.register(end, selectors.EVENT_READ)

    def _pass_on(self, end: socket.socket) -> None:
        try:
            data = end.recv(65_536)
            if data:
                self.pairs[end].sendall(data)
                return
        except OSError:
            pass
        self._close(end)

    def _close(self, end: socket.socket) -> None:
        for side in (end, self.pairs.pop(end, None)):
            if side is not None:
                self.pairs.pop(side, None)
                self.waiting.unregister(side)
                side.close()
