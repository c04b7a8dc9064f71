"""A partner's list of one council by one index; what is open, due or unread by others."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def fill_council(apps, schema_editor):
    """Each row of guardian learns the council of its situation."""
    situations = apps.get_model("cases", "Situation").objects.filter(pk=OuterRef("content_object"))
    apps.get_model("cases", "SituationPermission").objects.update(
        council=Subquery(situations.values("council")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_meeting_letters")]

    # The rows are filled last: PostgreSQL changes no table whose keys wait to be verified.
    operations = [
        migrations.RemoveIndex("situationpermission", "situation_permission_list"),
        migrations.AddField(
            "situationpermission",
            "council",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                to="governance.council",
            ),
        ),
        migrations.AddIndex(
            "situationpermission",
            models.Index(
                fields=[
                    "user", "permission", "council", "-last_activity", "-content_object", "id"
                ],
                name="situation_permission_list",
            ),
        ),
        migrations.AddIndex(
            "situation",
            models.Index(
                fields=["council", "-last_activity"],
                condition=~Q(status__in=["closed", "purged"]),
                name="situation_open",
            ),
        ),
        migrations.RemoveIndex("message", "message_unread"),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["participation"],
                condition=Q(read_at__isnull=True, participation__isnull=False),
                name="message_unread_within",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["alert"],
                condition=Q(read_at__isnull=True, alert__isnull=False),
                name="message_unread_about",
            ),
        ),
        migrations.AddIndex(
            "participation",
            models.Index(
                fields=["membership"],
                condition=Q(state="sought"),
                name="participation_sought",
            ),
        ),
        migrations.AddIndex(
            "participation",
            models.Index(
                fields=["situation"],
                condition=Q(state="sought"),
                name="participation_awaited",
            ),
        ),
        migrations.AddIndex(
            "actionlead",
            models.Index(
                fields=["situation", "due_on"],
                condition=Q(status__in=["proposed", "declined", "accepted", "in_progress"]),
                name="lead_open",
            ),
        ),
        migrations.AddIndex(
            "feedback",
            models.Index(
                fields=["hearing"],
                condition=Q(given_on__isnull=True, closed_on__isnull=True),
                name="feedback_due",
            ),
        ),
        migrations.RunPython(fill_council, migrations.RunPython.noop, elidable=True),
    ]
