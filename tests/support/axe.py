"""What axe finds wrong on a page: WCAG 2.2 AA and what it calls best practice."""

from pathlib import Path

SOURCE = next(Path(__file__).parents[1].glob("vendor/axe-core@*/axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# To write down what is right as well takes axe twice as long.
WANTED = {"runOnly": RULES, "resultTypes": ["violations"]}


def violations(page) -> list[str]:
    """What axe finds on the page as it is now, one line for each element."""
    page.evaluate(SOURCE.read_text())
    found = page.evaluate("wanted => axe.run(wanted)", WANTED)
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
