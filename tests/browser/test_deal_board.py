"""Moving cards on the board of brand deals: by mouse, by keys and without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.deal_states import DeliverableState, Stage
from partnerships.models import BrandDeal
from partnerships.operations.deal_moves import move_deal
from partnerships.operations.deal_parts import move_deliverable
from partnerships.operations.deal_shares import share_deal
from tests.browser.walk import DESKTOP, Walk
from tests.factories.partnerships_deals import NOW, deal_of, deliverable_of, invoiced, milestone_of
from tests.factories.people import CreatorFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def column(page: Page, stage: str):
    return page.locator(f"[data-stage={stage}]")


def touch_drag(page: Page, card, to) -> None:
    """As a finger that rests on the card first."""
    start, end = card.bounding_box(), to.bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + 8
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    expect(page.locator(".lifted")).to_be_visible()
    for share in (0.5, 1):
        point = {"x": x + share * (end["x"] + 40 - x), "y": y + share * (end["y"] + 20 - y)}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_board_moves_cards_for_everybody(page, live_server, login, browser):
    creator = CreatorFactory(handle="lumi", base_currency="EUR")
    lead = deal_of(creator, "Headphones")
    running = deal_of(creator, "Keyboard", brand="Beta", stage=Stage.IN_PROGRESS)
    video = deliverable_of(running)
    login(page, creator)
    page.set_viewport_size(DESKTOP)
    page.goto(f"{live_server.url}/studio/deals/")
    said = page.locator("[data-announcement]")

    page.get_by_role("link", name="Headphones").drag_to(column(page, "negotiating").get_by_role("heading"))
    expect(column(page, "negotiating")).to_contain_text("Headphones")
    expect(said).to_have_text("“Headphones” is negotiating now.")

    card = page.get_by_role("link", name="Headphones")
    card.focus()
    page.keyboard.press("ArrowRight")
    expect(column(page, "contracted")).to_contain_text("Headphones")
    expect(page.get_by_role("link", name="Headphones")).to_be_focused()

    page.get_by_role("link", name="Keyboard").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("alert")).to_contain_text("1 deliverable is neither published nor dropped")
    expect(column(page, "in_progress")).to_contain_text("Keyboard")

    lead.refresh_from_db()
    move_deal(creator=creator, deal_id=lead.pk, version=lead.version, to=Stage.IN_PROGRESS, at=NOW)
    page.get_by_role("link", name="Headphones").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("alert")).to_contain_text("was changed meanwhile, and is in progress now")
    expect(column(page, "in_progress")).to_contain_text("Headphones")

    page.get_by_text("Move Headphones").click()
    page.get_by_label("Where “Headphones” goes").select_option("lost")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is “Headphones” lost?")
    page.get_by_role("button", name="Mark it as lost").click()
    expect(page.get_by_role("status")).to_contain_text(["is lost"])

    plain = browser.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    login(plain, creator)
    plain.goto("/studio/deals/")
    plain.get_by_text("Move Keyboard").click()
    plain.get_by_label("Where “Keyboard” goes").select_option("contracted")
    plain.get_by_role("button", name="Move it").click()
    expect(column(plain, "contracted")).to_contain_text("Keyboard")
    assert BrandDeal.objects.get(pk=running.pk).stage == Stage.CONTRACTED
    plain.context.close()

    touched = browser.new_context(has_touch=True, viewport=DESKTOP, base_url=live_server.url).new_page()
    login(touched, creator)
    touched.goto("/studio/deals/")
    touch_drag(touched, touched.get_by_role("link", name="Keyboard"), column(touched, "in_progress"))
    expect(column(touched, "in_progress")).to_contain_text("Keyboard")
    assert touched.url.endswith("/studio/deals/")
    touched.context.close()

    milestone_of(running)
    invoice = invoiced(running)
    share = share_deal(creator=creator, deal_id=running.pk, at=timezone.now())
    walk = Walk(page, live_server.url)
    for path in (
        "",
        "table/",
        "calendar/",
        "invoices/",
        "brands/",
        f"{running.pk}/",
        f"invoices/{invoice.pk}/",
    ):
        walk.see(f"/studio/deals/{path}")
    walk.see(f"/studio/deals/{running.pk}/invoice/")
    walk.see(f"/shared/deals/{share.token}/")
    assert not walk.wrong, "\n".join(walk.wrong)

    move_deliverable(
        creator=creator, deliverable_id=video.pk, to=DeliverableState.SUBMITTED, at=timezone.now()
    )
    brand = browser.new_context(base_url=live_server.url).new_page()
    brand.goto(f"/shared/deals/{share.token}/")
    brand.get_by_role("button", name="Approve").click()
    expect(brand.get_by_role("button", name="Approve")).to_have_count(0)
    video.refresh_from_db()
    assert video.state == DeliverableState.APPROVED
    brand.context.close()
