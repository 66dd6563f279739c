"""Looks at pages as people with any screen and any colour scheme see them."""

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

# One load serves all four; both schemes and both widths go through axe once, on the diagonal.
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
LOOKS = ((PHONE, "light"), (DESKTOP, "dark"))


class Walk:
    """Goes from page to page with one browser and writes down what is wrong with each."""

    def __init__(self, page: Page, address: str, *, forgive: Iterable[str] = ()):
        self.page = page
        self.address = address
        self.wrong: list[str] = []
        self._heard: list[str] = []
        self._axe = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in forgive}}
        page.emulate_media(reduced_motion="reduce")
        page.on("console", lambda message: message.type == "error" and self._heard.append(message.text))
        page.on("pageerror", lambda error: self._heard.append(str(error)))

    def see(self, path: str, status: int = 200) -> None:
        """Open a page by its path and look at it."""
        answer = self.page.goto(self.address + path)
        if answer.status != status:
            self.wrong.append(f"{path} answers {answer.status}, not {status}")
        # The browser itself logs an answer that is an error.
        self._heard = [words for words in self._heard if f"status of {status}" not in words]
        self.look(path)

    def follow(self, way: Locator, name: str) -> None:
        """Click what leads to another page, and look at that one once it is whole."""
        with self.page.expect_navigation():
            way.click()
        self.look(name)

    def look(self, name: str) -> None:
        """Look at the page that stands open."""
        self.wrong += [f"{name}: {words}" for words in self._heard]
        for size, scheme in LOOKS:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme)
            where = f"{name} at {size['width']} px, {scheme}"
            wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                self.wrong.append(f"{where}: scrolls sideways by {wide} px")
            for violation in Axe().run(self.page, options=self._axe).response["violations"]:
                for node in violation["nodes"]:
                    self.wrong.append(
                        f"{where}: {violation['id']} at {node['target']}: {node['failureSummary']}"
                    )
        self._heard.clear()  # what axe itself was forbidden
