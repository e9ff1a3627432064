"""What axe finds wrong on a page: WCAG 2.2 AA and what it calls best practice."""

from pathlib import Path

SOURCE = next(Path(__file__).parents[1].glob("vendor/axe-core@*/axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# To write down what is right as well takes axe twice as long.
WANTED = {"runOnly": RULES, "resultTypes": ["violations"]}


# What is read in a dark basement at arm's length stands out 7:1 and not 4.5:1.
ON_THE_FLOOR = WANTED | {"rules": {"color-contrast-enhanced": {"enabled": True}}}


def violations(page, wanted=WANTED) -> list[str]:
    """What axe finds on the page as it is now, one line for each element."""
    page.evaluate(SOURCE.read_text())
    found = page.evaluate("wanted => axe.run(wanted)", wanted)
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
