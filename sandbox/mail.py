"""Email into files, one file a message."""

import os
import uuid
from datetime import UTC, datetime

from django.core.mail.backends import filebased


class EmailBackend(filebased.EmailBackend):
    """Django's file backend with a name for each message.

    Django names a file after the second and the backend's memory address; two messages of one second may share both,
    and would then share the file.
    """

    def _get_filename(self):
        if self._fname is None:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}.eml"
            self._fname = os.path.join(self.file_path, name)
        return self._fname
