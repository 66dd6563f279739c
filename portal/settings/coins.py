"""Who sells the coins, and how many."""

from portal.settings.environment import SITE_NAME, SITE_URL, env

# As receipts say it: name, and below it address, register and tax numbers.
SELLER_NAME = env.str("SELLER_NAME", default=SITE_NAME)
SELLER_DETAILS = env.str("SELLER_DETAILS", default=SITE_URL, multiline=True)

# What a viewer may spend on coins in any 24 hours and in any seven days, in whole US dollars or their worth,
# and how many coins of their own choice they may buy at once.
COIN_LIMIT_DAY_USD = env.int("COIN_LIMIT_DAY_USD", default=500)
COIN_LIMIT_WEEK_USD = env.int("COIN_LIMIT_WEEK_USD", default=2000)
# Coins that a viewer may give in one tip, and in all tips of any 24 hours.
COIN_TIP_LARGEST = env.int("COIN_TIP_LARGEST", default=1_000)
COIN_TIPS_A_DAY = env.int("COIN_TIPS_A_DAY", default=5_000)
COINS_AT_ONCE = env.int("COINS_AT_ONCE", default=40_000)
# Refunds of unspent coins below so many whole US dollars need nobody's approval; at 0 every one does.
COIN_REFUND_AT_ONCE_USD = env.int("COIN_REFUND_AT_ONCE_USD", default=0)
