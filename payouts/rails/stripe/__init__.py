"""Stripe: transfers to the accounts that creators have there."""
