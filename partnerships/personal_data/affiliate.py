from ledger.personal_data import BOOKS, STAFF, Goes, Kept, Overwritten

KEPT = (
    Kept(
        model="partnerships.AffiliateMembership",
        owner="creator",
        file="affiliate/memberships",
        about="Merchants' programmes you joined, with the terms as they stood.",
        also={"merchant": "programme__name"},
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.AffiliateLink",
        owner="creator",
        file="affiliate/links",
        about="Your links.",
        also={"merchant": "programme__name"},
        leaving=Overwritten({"label": ""}),
    ),
    Kept(
        model="partnerships.AffiliateCoupon",
        owner="creator",
        file="affiliate/coupons",
        about="Your coupon codes.",
        also={"merchant": "programme__name"},
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.AffiliateClick",
        owner="link__creator",
        file="affiliate/clicks",
        about="Clicks on your links, without what tells who clicked.",
        left_out=("ip_hash", "device_hash", "browser"),
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.AffiliateConversion",
        owner="creator",
        file="affiliate/orders",
        about="Orders you brought and their commissions, in the currency's smallest part, without what tells "
        "who bought.",
        left_out=("buyer", "address"),
        also={"merchant": "programme__name"},
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.AffiliateReversal",
        owner="conversion__creator",
        file="affiliate/taken_back",
        about="Commissions that were taken back.",
        also={"currency": "conversion__currency"},
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.AffiliateSignal",
        owner="conversion__creator",
        about="Signals by which fraud is found: they would tell how.",
        leaving=Goes(),
    ),
    *(
        Kept(model=f"partnerships.{name}", about="Who on staff announced it.", leaving=STAFF)
        for name in ("AffiliateRate", "AffiliateRateLine")
    ),
)
