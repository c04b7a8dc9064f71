"""Notes that report a contact; the alert says whether the vault keeps an identity of it."""

from django.db import migrations, models


def note_identities(apps, schema_editor):
    """One alert at a time: on PostgreSQL, row-level security shows no more (migration 0005)."""
    alerts = apps.get_model("cases", "Alert").objects
    sealed = apps.get_model("cases", "SealedIdentity").objects
    connection = schema_editor.connection

    def show(key):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('clsm.opened_alert', %s, true)", [key])

    for key in list(alerts.order_by("pk").values_list("pk", flat=True)):
        show(str(key))
        if sealed.filter(alert=key).exists():
            alerts.filter(pk=key).update(identity_kept=True)
    show("")


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_vault_and_derogations'),
    ]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='identity_kept',
            field=models.BooleanField(default=False, editable=False, verbose_name='identité au coffre'),
        ),
        migrations.AddField(
            model_name='historicalalert',
            name='identity_kept',
            field=models.BooleanField(default=False, editable=False, verbose_name='identité au coffre'),
        ),
        migrations.AddField(
            model_name='historicalinternalnote',
            name='contact_on',
            field=models.DateField(blank=True, null=True, verbose_name='contact du'),
        ),
        migrations.AddField(
            model_name='internalnote',
            name='contact_on',
            field=models.DateField(blank=True, null=True, verbose_name='contact du'),
        ),
        migrations.RunPython(note_identities, migrations.RunPython.noop),
    ]
