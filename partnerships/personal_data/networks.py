from ledger.personal_data import Goes, Kept

KEPT = (
    Kept(
        model="partnerships.NetworkCommission",
        owner="creator",
        file="networks/commissions",
        about="Commissions of affiliate networks elsewhere, as the reports you brought tell them, in the "
        "currency's smallest part.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.NetworkPayday",
        owner="creator",
        file="networks/paid",
        about="Until when you said that a network has paid.",
        leaving=Goes(),
    ),
)
