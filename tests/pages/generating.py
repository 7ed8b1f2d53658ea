"""The Generate page as its tests use it: fields by name, what is shown as text, the newest run."""

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from lib.bootstrap import Services
from lib.domain.run import Run

ROOT = Path(__file__).parents[2]
SHELL = ROOT / "lib/ui/shell.py"
PROMPT = "A red kite above a quiet bay"


class GeneratePage:
    """One browser tab that shows Generate."""

    def __init__(self, services: Services, **query: str) -> None:
        self.services = services
        self.app = AppTest.from_file(str(SHELL), default_timeout=30)
        for name, value in query.items():
            self.app.query_params[name] = value
        self.run()

    def run(self) -> "GeneratePage":
        """Draw the page anew; an error in it fails the test."""
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self

    def fill(self, **values: Any) -> "GeneratePage":
        """Set fields as a user does, and let the page take note."""
        for name, value in values.items():
            self.app.get_by_key(name).set_value(value)
        return self.run()

    def press(self, key: str) -> "GeneratePage":
        """Click the button of this key."""
        self.app.button(key=key).click()
        return self.run()

    def generate(self, **values: Any) -> Run:
        """Fill the form, press Generate, and give the run that was made."""
        before = self.newest()
        self.fill(**values) if values else None
        self.press("generate")
        made = self.newest()
        assert made is not None
        assert made != before, "no run was made"
        return made

    def newest(self) -> Run | None:
        """The newest run in the ledger."""
        return next(iter(self.services.runs.recent(1)), None)

    def value(self, name: str) -> Any:
        """What a field of the form holds."""
        return self.app.session_state[name]

    def card(self, run: Run) -> Any:
        """The card of a run."""
        return self.app.container(key=f"card_{run.id}")

    def has_card(self, run: Run) -> bool:
        """Whether the run is shown."""
        try:
            self.card(run)
        except KeyError:
            return False
        return True

    def texts(self, within: Any = None) -> list[str]:
        """What is shown as plain text: it can hold anything."""
        shown = within or self.app
        return [item.value for item in [*shown.text, *shown.code]]

    def markdown(self, within: Any = None) -> list[str]:
        """All that is drawn as Markdown: only our own words may be in it."""
        shown = within or self.app
        plain = [*shown.markdown, *shown.caption, *shown.subheader, *shown.toast]
        labels = [item.label for item in [*shown.button, *shown.get("expander")]]
        return [item.value for item in plain] + labels

    def says(self, words: str, within: Any = None) -> bool:
        """Whether these words stand on the page, in whatever way."""
        return any(words in text for text in [*self.texts(within), *self.markdown(within)])
