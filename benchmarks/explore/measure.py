"""How long the live page takes from a move to numbers, in a browser on this machine.

    python benchmarks/explore/measure.py

A slider is moved a number of times; told are the time to the first numbers (25 pairs), and to 100
pairs, median and 90%, for two designs and for five, of Mountain View's 500 families over 108 weeks;
and from an answer on the form to its first numbers (5 pairs), and to 100 pairs, for five designs.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys

from playwright.sync_api import Page, sync_playwright

from sim.designs import by_default

MOVES = 20
CHROMIUM = os.environ.get("SIM_CHROMIUM") or shutil.which("chromium")

AWAIT = """
  const whole = () => performance.getEntriesByName("numbers").find((each) => each.detail.pairs === 100);
  while (!whole()) await new Promise((resolve) => setTimeout(resolve, 5));
  return [performance.getEntriesByName("numbers")[0].detail.ms, whole().detail.ms];
}"""
MOVE = f"""async (value) => {{
  performance.clearMarks("numbers");
  const box = document.getElementById("leadership-training");
  box.value = value;
  box.dispatchEvent(new Event("input"));{AWAIT}"""
ANSWER = f"""async (value) => {{
  performance.clearMarks("numbers");
  document.querySelector(`#ask-departure-whole .anchors button[value="${{value}}"]`).click();{AWAIT}"""
TRAINING = [f"{0.3 + 0.02 * move:.2f}" for move in range(MOVES)]
DEPARTURES = [("0.2", "0.4", "0.6", "0.8")[move % 4] for move in range(MOVES)]


def measure(page: Page, link: str, script: str, values: list[str]) -> list[tuple[float, float]]:
    """Milliseconds to the first numbers and to 100 pairs, for each value."""
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector("body[data-done]")
    found = []
    for value in values:
        page.wait_for_timeout(700)
        found.append(tuple(page.evaluate(script, value)))
    return found


def told(name: str, times: list[tuple[float, float]]) -> str:
    """A row of the table."""
    reported = [
        f"{statistics.median(each):6.0f} {statistics.quantiles(each, n=10)[-1]:6.0f}"
        for each in zip(*times, strict=True)
    ]
    return f"{name:>7}  {reported[0]:>24}  {reported[1]:>18}"


def main() -> None:
    """Measure, and print a table."""
    server = subprocess.Popen(
        [sys.executable, "-m", "sim", "explore", "mountain_view", "--port", "0", "--no-browser"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    address = server.stderr.readline().split()[0]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            print("designs  first numbers (25 pairs)      100 pairs       median and 90%, ms")
            for designs in ("retrofit,greenfield", ",".join(by_default())):
                print(
                    told(
                        str(len(designs.split(","))),
                        measure(page, f"{address}#scenario=mountain_view&pairs=100&designs={designs}", MOVE, TRAINING),
                    )
                )
            print(told("form", measure(page, f"{address}initiative.html#pairs=100", ANSWER, DEPARTURES)))
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
