"""What a coin, a diamond and a currency are worth: how old a rate may be, how long before one is told."""

from portal.settings.environment import DEBUG, env

# For so long a rate between currencies that staff set goes before the ECB's.
FX_SET_DAYS = env.int("FX_SET_DAYS", default=30)
# The ECB's table comes with a package: older than this many days, it is no rate any more.
FX_OLDEST_DAYS = env.int("FX_OLDEST_DAYS", default=3650 if DEBUG else 45)
# How many days ahead a rate is announced: those that creators live by.
LEDGER_RATE_NOTICE = {"COIN/DIAMOND": 7, "DIAMOND/USD": 7}
# Days between the announcement of an affiliate rate and its coming into force.
AFFILIATE_RATE_NOTICE = env.int("AFFILIATE_RATE_NOTICE_DAYS", default=14)
