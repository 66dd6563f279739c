from hashlib import sha256

from django.db import migrations, models


def digest(apps, schema_editor):
    for postback in apps.get_model("partnerships", "AffiliatePostback").objects.iterator():
        postback.digest = sha256(postback.body.encode()).hexdigest()
        postback.save(update_fields=["digest"])


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0005_reminders_and_promises"),
    ]

    operations = [
        migrations.AddField(
            model_name="affiliatepostback",
            name="digest",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(digest, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name="affiliatepostback",
            name="emptied",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="affiliatepostback",
            index=models.Index(
                condition=models.Q(("outcome", "received")), fields=["id"], name="affiliate_unhandled"
            ),
        ),
        migrations.AddIndex(
            model_name="affiliatepostback",
            index=models.Index(
                condition=models.Q(("emptied", False)), fields=["received_at"], name="affiliate_with_body"
            ),
        ),
    ]
