from ledger.personal_data import BOOKS, STAFF, Goes, Kept, Overwritten

KEPT = (
    Kept(
        model="partnerships.Enrolment",
        owner="creator",
        file="programmes/enrolments",
        about="Programmes you took part in.",
        also={"programme": "programme__name"},
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.EnrolmentPeriod",
        owner="enrolment__creator",
        file="programmes/periods",
        about="From when to when.",
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.EnrolmentEvent",
        owner="enrolment__creator",
        file="programmes/events",
        about="What happened to your enrolments, and why.",
        left_out=("internal_note",),
        leaving=Overwritten({"internal_note": ""}),
    ),
    Kept(
        model="partnerships.Appeal",
        owner="enrolment__creator",
        file="programmes/appeals",
        about="Your words against a suspension, and the answers.",
        leaving=Overwritten({"text": "", "answer": ""}),
    ),
    Kept(
        model="partnerships.Metric",
        owner="creator",
        file="programmes/metrics",
        about="Views by day and country. `ad_revenue_micros` are millionths of the programme's currency.",
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.MetricWord",
        owner="creator",
        file="programmes/metrics_as_told",
        about="The same as they were told, earlier words included.",
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.FollowerCount",
        owner="creator",
        file="programmes/followers",
        about="How many followed you, day by day.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.Accrual",
        owner="enrolment__creator",
        file="programmes/days",
        about="What each day earned, in the smallest part of the programme's currency.",
        also={"currency": "enrolment__programme__currency"},
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.CloseItem",
        owner="enrolment__creator",
        file="programmes/months",
        about="What each month credited.",
        also={"currency": "enrolment__programme__currency", "month": "close__month"},
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.AccrualDue",
        owner="creator",
        about="Which months of yours are to be worked out: a list of things to do, empty most of the time.",
        leaving=Goes(),
    ),
    *(
        Kept(model=f"partnerships.{name}", about="Who on staff decided about it.", leaving=STAFF)
        for name in ("ProgrammeTerms", "ProgrammeRate", "MonthClose")
    ),
)
