"""Of an invitation's token only the digest is kept; links already sent go on working."""

from hashlib import sha256

from django.db import migrations


def forward(apps, schema_editor):
    invitations = apps.get_model("governance", "Invitation").objects
    for key, token in invitations.values_list("pk", "token_digest"):
        invitations.filter(pk=key).update(token_digest=sha256(token.encode()).hexdigest())


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_append_only")]
    operations = [
        migrations.RenameField("invitation", "token", "token_digest"),
        # One way: nobody finds a token back. Backwards, the links of open invitations die.
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
