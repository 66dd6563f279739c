"""Reports as affiliate networks write them."""

import datetime as dt

from partnerships.imports import Chosen
from partnerships.models import Import, IncomeDay
from partnerships.operations.imports import AS_WRITTEN, confirm, upload

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
AMAZON_HEAD = (
    "Category,Name,ASIN,Seller,Tracking ID,Date Shipped,Price($),Items Shipped,Returns,Revenue($),"
    "Ad Fees($),Device Type Group"
)
AMAZON = f"""Fee-Earnings reports from 2026-03-01 to 2026-03-31

{AMAZON_HEAD}
Electronics,"Ring light, 18 inch",B0TEST0001,Amazon.com,lumi-20,2026-03-15 10:22:01,"1,299.00",1,0,"1,299.00",51.96,PHONE
Home,Sketchbook,B0TEST0002,Amazon.com,lumi-20,2026-03-16 00:00:00,12.50,2,0,25.00,1.13,DESKTOP
Home,Sketchbook,B0TEST0002,Amazon.com,lumi-20,2026-03-16 00:00:00,12.50,2,0,25.00,1.13,DESKTOP
Toys,Kite,B0TEST0003,Amazon.com,lumi-20,2026-03-17 00:00:00,50.00,0,1,-50.00,-2.00,DESKTOP
,,,,,,,,,Total,52.22,
"""  # noqa: E501
AMAZON_INDIA = """Fee-Earnings reports from 2026-03-01 to 2026-03-31
Category\tName\tASIN\tSeller\tTracking ID\tDate Shipped\tPrice(Rs.)\tItems Shipped\tReturns\tRevenue(Rs.)\tAd Fees(Rs.)
Home\tKettle\tB0TEST0004\tKettles & Co\tlumi-in-21\tMarch 20, 2026\t1,000.00\t1\t0\t1,000.00\t160.00
"""  # noqa: E501
AMAZON_SPAIN = """Reporte de ganancias
Categoría;Nombre;ASIN;Vendedor;ID de seguimiento;Fecha de envío;Precio (€);Artículos enviados;Devoluciones;Ingresos (€);Comisiones (€)
Hogar;Sartén;B0TEST0005;Amazon;lumi-es-21;15 de marzo de 2026;1.250,50;1;0;1.250,50;50,02
"""  # noqa: E501
AWIN = """id,publisher_id,sale_amount,commission,date,commission_status,validation_date,extra,type,site_name,URL,decline_reason,paid_to_publisher,advertiser_name,currency,sale_currency
1591984035,426667,42.56,4.26,2026-03-14T20:59:00,0,,99439999999,Sale,Lumi,https://lumi.example,,no,Payback,EUR,EUR
1591984036,426667,"1,042.00",104.20,2026-03-15T08:00:00,approved,2026-04-02,99440000001,Sale,Lumi,https://lumi.example,,no,Payback,EUR,GBP
1591984037,426667,10.00,1.00,2026-03-16T08:00:00,declined,2026-04-02,99440000002,Sale,Lumi,https://lumi.example,Returned by customer,no,Payback,EUR,EUR
1591984038,426667,80.00,8.00,2026-03-16T09:00:00,1,2026-04-02,99440000003,Sale,Lumi,https://lumi.example,,yes,Payback,EUR,EUR
1591984039,426667,80.00,8.00,2026-02-30T09:00:00,1,2026-04-02,99440000004,Sale,Lumi,https://lumi.example,,yes,Payback,EUR,EUR
1591984040,426667,80.00,8.00,2026-03-16T09:00:00,vanished,,99440000005,Sale,Lumi,https://lumi.example,,,Payback,EUR,EUR
"""  # noqa: E501
CJ = """"Commission Detail"
"Report for Lumi, 01-Mar-2026 to 30-Apr-2026"

"Commission ID","Posting Date","Event Date","Status","Advertiser Name","Order ID","SID","Sale Amount (USD)","Publisher Commission (USD)","Correction Reason"
"2301","31-Mar-2026 14:03:22","30-Mar-2026 23:10:00","Locked","Desk Makers","D-1","desk-tour","1,200.00","96.00",""
"2302","02-Apr-2026 09:00:00","01-Apr-2026 09:00:00","New","Desk Makers","D-2","desk-tour","50.00","4.00",""
"2303","20-Apr-2026 09:00:00","30-Mar-2026 23:10:00","Locked","Desk Makers","D-1","desk-tour","($1,200.00)","($96.00)","RETURN"
"2304","11-Jan-2026 09:00:00","10-Jan-2026 09:00:00","Closed","Desk Makers","D-0","desk-tour","10.00","0.80",""
"""  # noqa: E501
IMPACT = """Action Id,Campaign,Action Tracker,Status,Action Date,Locking Date,Actual Clearing Date,Sale Amount,Action Earnings,Currency,Original Currency,Original Currency Sale Amount,Sub Id 1,OID
7231.4242.1,Zine Press,Online Sale,APPROVED,2026-03-31T20:30:00-05:00,2026-05-31,,100.00,12.345,USD,CAD,137.20,haul,Z-1
7231.4242.2,Zine Press,Online Sale,PENDING,2026-03-30T10:00:00-05:00,2026-05-31,,20.00,2.40,USD,,,haul,Z-2
7231.4242.3,Zine Press,Online Sale,REVERSED,2026-03-29T10:00:00-05:00,2026-05-31,,20.00,0.00,USD,,,haul,Z-3
7231.4242.4,Zine Press,Online Sale,APPROVED,2026-02-10T10:00:00-05:00,2026-04-10,2026-04-30,20.00,2.40,USD,,,haul,Z-4
7231.4242.5,Zine Press,Online Sale,N/A (Media Source),2026-02-10T10:00:00-05:00,,,20.00,0.00,USD,,,,Z-5
"""  # noqa: E501


def bring(
    creator,
    text: str | bytes,
    *,
    name: str = "report.csv",
    at: dt.datetime = NOW,
    chosen: Chosen = AS_WRITTEN,
) -> Import:
    content = text.encode() if isinstance(text, str) else text
    return upload(
        owner=creator, dialect="affiliate-networks", name=name, content=content, at=at, chosen=chosen
    )


def take(creator, text: str | bytes, *, at: dt.datetime = NOW, **options) -> Import:
    return confirm(owner=creator, import_id=bring(creator, text, at=at, **options).pk, at=at)


def income(creator) -> dict[tuple[str, str, str], int]:
    """{(day, currency, state): amount}"""
    rows = IncomeDay.objects.filter(creator=creator, stream="networks").order_by("date")
    return {
        (str(date), currency, state): amount
        for date, currency, state, amount in rows.values_list("date", "currency", "state", "amount")
    }
