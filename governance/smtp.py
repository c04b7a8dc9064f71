"""Django's SMTP, which also knows when a message may have been taken although nobody said so."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp


class Doubtful(Exception):
    """The connection was lost between the text of a message and the server's answer."""


class _Attentive(smtplib.SMTP):
    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the text; Doubtful when no answer came: sending again could send twice."""
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except OSError as lost:
            raise Doubtful from lost


class _AttentiveOverTls(_Attentive, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """A lost connection before the text is an OSError (nothing left), after it Doubtful."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _AttentiveOverTls if self.use_ssl else _Attentive
