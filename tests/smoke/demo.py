"""Uses a running demo over HTTP as its newest viewer would: logs in, buys coins, waits until they have come,
sends a gift. Prints each step; exits 1 at the first that fails.

    python tests/smoke/demo.py http://127.0.0.1:8000
"""

import re
import sys
import time
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

WAIT_SECONDS = 60


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what it would send untouched."""

    def __init__(self, page: requests.Response) -> None:
        super().__init__()
        self.page = page
        self.forms: list[dict] = []
        self.feed(page.text)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        facts = dict(attributes)
        if tag == "form":
            address = urljoin(self.page.url, facts.get("action") or self.page.url)
            self.forms.append({"url": address, "fields": {}, "choices": {}})
        elif self.forms and tag in ("input", "button") and facts.get("name"):
            form = self.forms[-1]
            name, value = facts["name"], facts.get("value") or ""
            if facts.get("type") in ("radio", "submit") or tag == "button":
                form["choices"].setdefault(name, []).append(value)
            else:
                form["fields"][name] = value

    def having(self, field: str) -> dict:
        for form in self.forms:
            if field in form["fields"] or field in form["choices"]:
                return form
        raise SystemExit(f"{self.page.url} has no form with {field}.")


class Visitor:
    def __init__(self, site: str) -> None:
        self.site = site
        self.session = requests.Session()

    def open(self, path: str) -> requests.Response:
        return self._good(self.session.get(urljoin(self.site, path), timeout=30))

    def submit(self, page: requests.Response, field: str, **changes: str) -> requests.Response:
        form = Forms(page).having(field)
        return self._good(
            self.session.post(
                form["url"], form["fields"] | changes, headers={"Referer": page.url}, timeout=30
            )
        )

    @staticmethod
    def _good(answer: requests.Response) -> requests.Response:
        if not answer.ok:
            raise SystemExit(f"{answer.request.method} {answer.url} answered {answer.status_code}.")
        return answer

    def coins(self) -> int:
        found = re.search(r"data-balance>([^<]+)", self.open("/wallet/").text)
        return int(re.sub(r"\D", "", found.group(1)))


def main(site: str) -> None:
    viewer = Visitor(site)
    viewer.submit(
        viewer.open("/accounts/login/"), "login", login="newviewer@demo.test", password="portal-demo"
    )
    before = viewer.coins()
    print(f"Logged in with {before} coins.")

    page = viewer.open("/wallet/buy/")
    packages = Forms(page).having("package")["choices"]["package"]
    checkout = viewer.submit(page, "package", package=packages[1])
    print(f"The checkout is at {checkout.url}.")
    viewer.submit(checkout, "number", number="4242 4242 4242 4242", choice="pay")
    deadline = time.monotonic() + WAIT_SECONDS
    while viewer.coins() == before:
        if time.monotonic() > deadline:
            raise SystemExit(f"The coins did not arrive within {WAIT_SECONDS} s.")
        time.sleep(0.5)
    bought = viewer.coins()
    print(f"Bought {bought - before} coins.")

    page = viewer.open("/c/lumi/")
    gift = Forms(page).having("gift_type")["choices"]["gift_type"][0]
    viewer.submit(page, "gift_type", gift_type=gift)
    if viewer.coins() >= bought:
        raise SystemExit("The gift took no coins.")
    print(f"Sent a gift; {viewer.coins()} coins are left.")


if __name__ == "__main__":
    main(sys.argv[1])
