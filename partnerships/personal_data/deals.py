"""Brands and deals are a creator's own papers, and full of other people's names: all of them go."""

from ledger.personal_data import Goes, Kept


def _of_a_deal(model: str, file: str, about: str, **facts) -> Kept:
    return Kept(
        model=f"partnerships.{model}",
        owner="deal__creator",
        file=f"deals/{file}",
        about=about,
        leaving=Goes(),
        **facts,
    )


KEPT = (
    Kept(
        model="partnerships.Brand",
        owner="creator",
        file="deals/brands",
        about="Brands you work with.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.Contact",
        owner="brand__creator",
        file="deals/contacts",
        about="People at those brands.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.BrandDeal",
        owner="creator",
        file="deals/deals",
        about="Your deals. `value` is in the currency's smallest part.",
        leaving=Goes(),
    ),
    _of_a_deal("DealEvent", "events", "What happened to each deal."),
    _of_a_deal("Deliverable", "deliverables", "What you promised, and what came of it."),
    _of_a_deal("Milestone", "milestones", "Parts of a deal's value, and what makes them payable."),
    _of_a_deal("UsageRight", "usage_rights", "How brands may use what you made."),
    _of_a_deal("Exclusivity", "exclusivities", "When you work for no other brand of a category."),
    _of_a_deal(
        "DealFile",
        "files",
        "Files you kept beside deals; they are in the folder of the same name.",
        left_out=("file", "digest"),
        vault="file",
    ),
    _of_a_deal(
        "DealShare",
        "shares",
        "Links by which brands see a deal, without what opens them.",
        left_out=("digest", "token"),
    ),
    Kept(
        model="partnerships.InvoiceSeries",
        owner="creator",
        file="deals/invoice_settings",
        about="How your invoices are numbered, and what stands on each.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.Invoice",
        owner="creator",
        file="deals/invoices",
        about="Your invoices, amounts in the currency's smallest part.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.InvoiceLine",
        owner="invoice__creator",
        file="deals/invoice_lines",
        about="Their lines.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.InvoicePayment",
        owner="invoice__creator",
        file="deals/invoice_payments",
        about="What was paid of them.",
        leaving=Goes(),
    ),
)
