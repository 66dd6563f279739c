from django.core.management.base import BaseCommand

from ledger.queries import audit


class Command(BaseCommand):
    help = "Prove the books. Exits 1 and prints each difference if they are wrong."

    def handle(self, **options: object) -> None:
        findings = audit()
        for finding in findings:
            self.stderr.write(self.style.ERROR(str(finding)))
        if findings:
            raise SystemExit(1)
        self.stdout.write(self.style.SUCCESS("The books are right."))
