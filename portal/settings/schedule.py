"""What is done again and again, and when: seconds, or hours of the day (UTC)."""

from celery.schedules import crontab

from portal.settings.environment import DEMO
from portal.settings.payouts import PAYOUT_CUT_OFF_HOURS

CELERY_BEAT_SCHEDULE = {
    "ledger-fold": {"task": "ledger.tasks.fold", "schedule": 2.0},
    "wallets-send-refunds": {"task": "wallets.tasks.send_refunds", "schedule": 10.0 if DEMO else 60.0},
    "wallets-ask-about-claims": {"task": "wallets.tasks.ask_about_claims", "schedule": 600.0},
    "wallets-payment-events": {"task": "wallets.tasks.handle_payment_events", "schedule": 1.0},
    "wallets-forget-words": {
        "task": "wallets.tasks.forget_payment_words",
        "schedule": crontab(hour=0, minute=50),
    },
    "partnerships-forgotten-postbacks": {
        "task": "partnerships.tasks.handle_forgotten_postbacks",
        "schedule": 60.0,
    },
    "partnerships-forget-words": {
        "task": "partnerships.tasks.forget_words",
        "schedule": crontab(hour=1, minute=0),
    },
    "wallets-sweep-purchases": {"task": "wallets.tasks.sweep_purchases", "schedule": 60.0},
    "wallets-end-forgotten-streams": {"task": "wallets.tasks.end_forgotten_streams", "schedule": 300.0},
    "wallets-count-gifters": {"task": "wallets.tasks.count_gifters", "schedule": 60.0},
    "portal-build-exports": {"task": "portal.tasks.build_exports", "schedule": 5.0},
    "portal-close-accounts": {"task": "portal.tasks.close_accounts", "schedule": 3600.0},
    "portal-purge-closed": {
        "task": "portal.tasks.purge_closed",
        "schedule": crontab(hour=1, minute=10),
    },
    "portal-delete-exports": {"task": "portal.tasks.delete_exports", "schedule": 3600.0},
    "portal-forget-answers": {
        "task": "portal.tasks.forget_answers",
        "schedule": crontab(hour=0, minute=40),
    },
    "portal-send-mails": {"task": "portal.tasks.send_mails", "schedule": 5.0},
    "portal-send-webhooks": {"task": "portal.tasks.send_webhooks", "schedule": 1.0},
    "portal-read-gifts": {"task": "portal.tasks.publish_gifts", "schedule": 2.0},
    "portal-forget-webhooks": {
        "task": "portal.tasks.forget_webhooks",
        "schedule": crontab(hour=0, minute=40),
    },
    "wallets-release-diamonds": {
        "task": "wallets.tasks.release_diamonds",
        "schedule": 120.0 if DEMO else 3600.0,
    },
    "wallets-sweep-challenges": {"task": "wallets.tasks.sweep_challenges", "schedule": 300.0},
    "ledger-audit": {"task": "ledger.tasks.audit", "schedule": crontab(hour=3, minute=30)},
    "payouts-prepare-batches": {
        "task": "payouts.tasks.prepare_batches",
        "schedule": 10.0 if DEMO else crontab(hour=PAYOUT_CUT_OFF_HOURS, minute=0, day_of_week="mon-fri"),
    },
    "payouts-execute-batches": {
        "task": "payouts.tasks.execute_batches",
        "schedule": 10.0 if DEMO else 60.0,
    },
    "payouts-tell-of-stops": {"task": "payouts.tasks.tell_of_stops", "schedule": 30.0},
    "payouts-tell-of-openings": {"task": "payouts.tasks.tell_of_openings", "schedule": 3600.0},
    "payouts-stuck-holds": {"task": "payouts.tasks.tell_of_stuck_holds", "schedule": 3600.0},
    "payouts-reconcile": {
        "task": "payouts.tasks.reconcile",
        "schedule": 120.0 if DEMO else crontab(hour=2, minute=30),
    },
    "payouts-ask": {"task": "payouts.tasks.ask_about_unanswered", "schedule": 30.0},
    "payouts-seal-statements": {
        "task": "payouts.tasks.seal_statements",
        "schedule": crontab(hour=4, minute=10),
    },
    "payouts-repay-debts": {"task": "payouts.tasks.repay_debts", "schedule": 30.0},
    "partnerships-repay-cash-debts": {"task": "partnerships.tasks.repay_cash_debts", "schedule": 30.0},
    "partnerships-programmes": {
        "task": "partnerships.tasks.work_out_programmes",
        "schedule": 10.0 if DEMO else 60.0,
    },
    "partnerships-remind-of-deals": {"task": "partnerships.tasks.remind_of_deals", "schedule": 3600.0},
    "partnerships-take-in-imports": {"task": "partnerships.tasks.take_in_imports", "schedule": 5.0},
    "partnerships-store-deliveries": {
        "task": "partnerships.tasks.handle_store_deliveries",
        "schedule": 2.0,
    },
    "partnerships-advance-commissions": {
        "task": "partnerships.tasks.advance_commissions",
        "schedule": 60.0 if DEMO else 600.0,
    },
    "partnerships-forget-clicks": {
        "task": "partnerships.tasks.forget_clicks",
        "schedule": crontab(hour=0, minute=20),
    },
    "payouts-ask-about-recalls": {"task": "payouts.tasks.ask_about_recalls", "schedule": 60.0},
    "payouts-remind-of-papers": {
        "task": "payouts.tasks.remind_of_papers",
        "schedule": crontab(hour=9, minute=0),
    },
    "payouts-pay-days": {"task": "payouts.tasks.keep_pay_days", "schedule": 3600.0},
    "payouts-read-bank": {"task": "payouts.tasks.read_bank", "schedule": 10.0 if DEMO else 60.0},
}
if DEMO:
    CELERY_BEAT_SCHEDULE["payouts-demo-day"] = {"task": "payouts.tasks.bring_settlement_day", "schedule": 5.0}
# A tick that nobody took in time is worth nothing: the next one sees the same rows.
for _tick in CELERY_BEAT_SCHEDULE.values():
    if isinstance(_tick["schedule"], float):
        _tick["options"] = {"expires": _tick["schedule"]}
