"""What awaits the coordination of a council is found without reading its neighbours'."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def fill_council(apps, schema_editor):
    """Each feedback and each lead learns the council of its situation."""
    hearings = apps.get_model("cases", "Hearing").objects.filter(pk=OuterRef("hearing"))
    apps.get_model("cases", "Feedback").objects.update(
        council=Subquery(hearings.values("situation__council")[:1])
    )
    situations = apps.get_model("cases", "Situation").objects.filter(pk=OuterRef("situation"))
    apps.get_model("cases", "ActionLead").objects.update(
        council=Subquery(situations.values("council")[:1])
    )
    # PostgreSQL changes no table whose keys wait to be verified.
    schema_editor.connection.check_constraints()


def council(**options):
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="governance.council",
        **options,
    )


def past_council():
    return models.ForeignKey(
        blank=True,
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="governance.council",
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_lists")]

    operations = [
        migrations.AddField("feedback", "council", council(null=True)),
        migrations.AddField("actionlead", "council", council(null=True)),
        migrations.RunPython(fill_council, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("feedback", "council", council()),
        migrations.AlterField("actionlead", "council", council()),
        migrations.AddField("historicalfeedback", "council", past_council()),
        migrations.AddField("historicalactionlead", "council", past_council()),
        migrations.RemoveIndex("feedback", "feedback_due"),
        migrations.AddIndex(
            "feedback",
            models.Index(
                fields=["council", "due_on", "hearing"],
                condition=Q(given_on__isnull=True, closed_on__isnull=True),
                name="feedback_due",
            ),
        ),
        migrations.AddIndex(
            "actionlead",
            models.Index(
                fields=["council", "due_on", "proposed_on", "id"],
                condition=Q(status__in=["proposed", "declined", "accepted", "in_progress"]),
                name="lead_open_in_council",
            ),
        ),
        migrations.RemoveIndex("situation", "situation_open"),
        migrations.AddIndex(
            "situation",
            models.Index(
                fields=["council", "-last_activity", "id"],
                condition=~Q(status__in=["closed", "purged"]),
                name="situation_open",
            ),
        ),
    ]
