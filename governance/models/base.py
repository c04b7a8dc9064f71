"""What every table shares: an opaque key."""

import uuid

from django.db import models


class UuidModel(models.Model):
    """A row whose key says nothing: neither rank nor number of rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
