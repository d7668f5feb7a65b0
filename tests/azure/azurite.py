# SPDX-License-Identifier: Apache-2.0
"""Azurite, Microsoft's storage emulator, on a free port; https checks tokens as Azure does."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

SCRIPT = Path(__file__).parent / "node_modules" / ".bin" / "azurite-blob"
ACCOUNT = "xyz"
# Azurite's own published key, good for nothing else.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class Azurite:
    """One running emulator, with the accounts ``xyz`` and ``other``."""

    def __init__(self, log, certificates=None):
        secured = []
        if certificates is not None:
            secured = ["--cert", certificates.certificate, "--key", certificates.key]
            secured += ["--oauth", "basic"]
        command = ["node", SCRIPT, "--inMemoryPersistence", "--skipApiVersionCheck"]
        command += ["--disableTelemetry", "--blobHost", "127.0.0.1", "--blobPort", "0", *secured]
        accounts = ";".join(f"{name}:{KEY}" for name in (ACCOUNT, "other"))
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, "AZURITE_ACCOUNTS": accounts},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.port = self._wait(log)

    @property
    def connection_string(self):
        """Of the account ``xyz``, for an emulator that was started without certificates."""
        endpoint = f"http://127.0.0.1:{self.port}/{ACCOUNT}"
        account = f"AccountName={ACCOUNT};AccountKey={KEY}"
        return f"DefaultEndpointsProtocol=http;{account};BlobEndpoint={endpoint};"

    def _wait(self, log):
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process.poll() is None:
            found = re.search(r"listens on https?://127\.0\.0\.1:(\d+)", log.read_text())
            if found:
                return int(found.group(1))
            time.sleep(0.1)
        self.stop()
        raise AssertionError(f"Azurite did not start:\n{log.read_text()}")

    def stop(self):
        """Ends it."""
        self._process.kill()
        self._process.wait()
