"""The pages that only read, as their tests use them: opened by address, and what they say."""

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

SHELL = Path(__file__).parents[2] / "lib/ui/shell.py"
FOLDER_OF_PAGES = "../../pages"
AS_MARKDOWN = ("title", "header", "subheader", "markdown", "caption", "warning", "error", "info")


class ReadingPage:
    """One browser tab that was opened at `/<name>?<query>`."""

    def __init__(self, name: str, **query: str) -> None:
        self.app = AppTest.from_file(str(SHELL), default_timeout=30)
        self.run()
        self.app.switch_page(f"{FOLDER_OF_PAGES}/{name}.py")
        for key, value in query.items():
            self.app.query_params[key] = value
        self.run()

    def run(self) -> "ReadingPage":
        """Draw the page anew; an error in it fails the test."""
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self

    def press(self, key: str) -> "ReadingPage":
        """Click the button of this key."""
        self.app.button(key=key).click()
        return self.run()

    def has_button(self, key: str) -> bool:
        """Whether a button of this key can be clicked."""
        return any(button.key == key and not button.disabled for button in self.app.button)

    @property
    def query(self) -> dict[str, str]:
        """What the address says."""
        return dict(self.app.query_params)

    def table(self, column: str) -> Any:
        """The first table that has this column."""
        for item in self.app.dataframe:
            if column in item.value:
                return item.value
        raise KeyError(column)

    def has_table(self, column: str) -> bool:
        """Whether there is a table with this column."""
        return any(column in item.value for item in self.app.dataframe)

    def texts(self) -> list[str]:
        """What is shown as plain text: it can hold anything."""
        return [item.value for item in [*self.app.text, *self.app.code]]

    def markdown(self) -> list[str]:
        """All that is drawn as Markdown: only our own words may be in it."""
        drawn = [item.value for kind in AS_MARKDOWN for item in self.app.get(kind)]
        widgets = [*self.app.button, *self.app.get("expander"), *self.app.get("link_button")]
        labels = [item.label for item in widgets]
        metrics = [text for item in self.app.metric for text in (item.label, item.delta)]
        return [*drawn, *labels, *metrics]

    def says(self, words: str) -> bool:
        """Whether these words stand on the page, in whatever way."""
        return any(words in text for text in [*self.texts(), *self.markdown()])

    def metric(self, label: str) -> Any:
        """The figure under this label."""
        return next(item for item in self.app.metric if item.label == label)
