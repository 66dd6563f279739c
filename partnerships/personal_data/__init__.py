"""What the partnerships keep about people, and what becomes of it when they leave."""

from partnerships.personal_data import affiliate, deals, income, merch, networks, programmes

KEPT = (*income.KEPT, *programmes.KEPT, *affiliate.KEPT, *deals.KEPT, *merch.KEPT, *networks.KEPT)
