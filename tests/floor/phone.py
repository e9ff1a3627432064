"""A phone in the tests of the floor app: what a thumb does, and what is kept."""

import json

from tests.support import axe, waiting


class FloorPhone:
    def __init__(self, context) -> None:
        self.context = context
        context.set_default_timeout(60_000)  # slow machines have time
        self.errors: list[str] = []
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def get_ready(self) -> None:
        self.page.goto("/floor/")
        self.page.wait_for_selector("#ready[data-look=done]")

    def go(self, hash_: str) -> None:
        self.page.goto(f"/floor/#{hash_}")
        view = hash_.split("/")[0]
        view = {"start": "round", "draft": "round", "shop": "door"}.get(view, view)
        self.page.wait_for_selector(f"#view-{view}:not([hidden])")

    def start(self, checklist: str = "opening", place: str = "L1-A") -> None:
        self.go(f"start/{checklist}/{place}")
        self.page.wait_for_selector("#actions:not([hidden])")
        self.page.wait_for_selector(".checklist--measured", state="attached")
        self.page.evaluate(
            "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"
        )

    def wait_until(self, expression: str, seconds: float = 60) -> None:
        """Wait until it is true in the page."""
        waiting.until(self.page, lambda: self.page.evaluate(expression), seconds)

    def wait_for(self, fact, seconds: float = 60) -> None:
        """Wait until it holds, asked from here; unlike ``wait_until`` also offline."""
        waiting.until(self.page, fact, seconds)

    def type_at_once(self, field: str, text: str) -> None:
        """Go on as somebody who writes in the very moment in which a field is there."""
        self.page.evaluate(
            """([selector, text]) => {
              const write = () => {
                const field = document.querySelector(selector)
                if (!field.checkVisibility()) return
                watch.disconnect()
                field.value = text
                field.dispatchEvent(new Event("input", { bubbles: true }))
              }
              const watch = new MutationObserver(write)
              watch.observe(document, { subtree: true, attributeFilter: ["hidden"] })
            }""",
            [field, text],
        )

    # The form

    def item(self, code: str):
        return self.page.locator(f"#item-{code}")

    def tick(self, code: str, value: str = "pass") -> None:
        self.item(code).locator(f"label:has([value={value}])").click()

    def chosen(self, code: str) -> list[str]:
        return self.page.evaluate(
            "code => [...document.querySelectorAll(`#item-${code} :checked`)]"
            ".map(one => one.value)",
            code,
        )

    def codes(self) -> list[str]:
        return self.page.evaluate(
            "[...document.querySelectorAll('.item')]"
            ".filter(one => one.checkVisibility()).map(one => one.id.slice(5))"
        )

    def pass_all(self) -> None:
        """Tick every visible pass/fail item, as fast as a script can."""
        self.page.evaluate(
            "document.querySelectorAll('.item [value=pass]')"
            ".forEach(one => one.checkVisibility() && one.click())"
        )

    def finish(self) -> None:
        self.page.click("#finish")

    def wait_saved(self) -> str:
        return self.page.wait_for_selector("#saved:not([hidden])").inner_text()

    # What is kept

    def ask(self, module: str, expression: str):
        """The value of an expression over the exports of one of the app's modules."""
        return self.page.evaluate(
            "import('/floor/sync.js').then(({ __need }) =>"
            f"(async (m) => {expression})(__need('{module}.js')))"
        )

    def drafts(self) -> list[dict]:
        return self.ask("sync/drafts", "m.drafts()")

    def entries(self) -> list[dict]:
        """The sealed entries of this person, waiting or received, with bodies read."""
        kept = self.ask("sync/outbox", "[...await m.waiting(), ...await m.received()]")
        once = {entry["id"]: entry for entry in kept}  # one may arrive between the two
        return [{**entry, "body": json.loads(entry["body"])} for entry in once.values()]

    def violations(self) -> list[str]:
        """What axe finds on the page as it is now."""
        return axe.violations(self.page, axe.ON_THE_FLOOR)
