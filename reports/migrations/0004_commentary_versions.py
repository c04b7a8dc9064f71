"""One row a period, whose version counts the saves, in place of one row a section."""

from django.db import migrations, models


def gather(apps, schema_editor):
    Commentary = apps.get_model("reports", "Commentary")
    kept = {}
    for row in Commentary.objects.order_by("council_id", "first_year", "last_year", "section"):
        first = kept.setdefault((row.council_id, row.first_year, row.last_year), row)
        if row.text:
            first.texts[row.section] = row.text
        if first is not row:
            row.delete()
    for first in kept.values():
        first.save()
    # What was written before stays in the history, a section at a time; none is the current one.
    for row in apps.get_model("reports", "HistoricalCommentary").objects.iterator():
        row.version, row.texts = 0, {row.section: row.text}
        row.save()


def version_and_texts(model):
    return [
        migrations.AddField(model, "version", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            model, "texts", models.JSONField(blank=True, default=dict, verbose_name="textes")
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_composition")]
    operations = [
        migrations.RemoveConstraint("commentary", "commentary_once"),
        *version_and_texts("commentary"),
        *version_and_texts("historicalcommentary"),
        migrations.RunPython(gather, migrations.RunPython.noop),
        *(
            migrations.RemoveField(model, field)
            for model in ("commentary", "historicalcommentary")
            for field in ("section", "text")
        ),
        migrations.AddConstraint(
            "commentary",
            models.UniqueConstraint(
                fields=["council", "first_year", "last_year"], name="commentary_once"
            ),
        ),
    ]
