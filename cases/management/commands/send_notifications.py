"""`manage.py send_notifications`: the day's reminders and summaries, and what waits to leave."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from cases.services import reminders
from governance import mail, outbox


class Command(BaseCommand):
    help = (
        "Rappels et récapitulatifs du jour, courriers en attente. À lancer chaque matin, ou plus "
        "souvent : rien n’est envoyé deux fois."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many of each; what cannot leave waits for the worker, or for the next run."""
        today = timezone.localdate()
        with transaction.atomic():
            due = reminders.remind(today)
        digests = mail.send_digests(today)
        left = outbox.deliver()
        self.stdout.write(f"Le {today:%d/%m/%Y}")
        self.stdout.write(f"  {due} rappels à faire ce jour, déjà partis ou non")
        self.stdout.write(f"  {digests} récapitulatifs")
        self.stdout.write(f"  {left} courriers partis à l’instant")
