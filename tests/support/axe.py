"""What axe finds wrong on a page: WCAG 2.2 AA and what it calls best practice."""

from pathlib import Path

SOURCE = next(Path(__file__).parents[1].glob("vendor/axe-core@*/axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page) -> list[str]:
    """What axe finds on the page as it is now, one line for each element."""
    page.evaluate(SOURCE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
