"""The view Train: a network learns in the page, and what is wrong with it is told and mended."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inkgrad.nn import files

pytestmark = pytest.mark.browser


def until(page, share, comparison=">="):
    page.wait_for_function(
        f"""(share) => {{
          const facts = [...document.querySelectorAll(".facts div")];
          const told = facts.find((each) => each.textContent.includes("Right in the test"));
          return parseFloat(told?.querySelector("dd").textContent) / 100 {comparison} share;
        }}""",
        arg=share,
    )


def drawn(page, name):
    """How many pixels of a chart are not empty."""
    return page.get_by_role("img", name=name).first.evaluate(
        """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
             .data.filter((value, k) => k % 4 === 3 && value > 0).length"""
    )


def test_the_deck_is_trained_to_nine_in_ten_and_its_curve_is_seen(opened):
    page = opened("#train")
    page.get_by_role("button", name="Start").click()
    until(page, 0.9)
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("of 1000 looked at").wait_for()  # all of them, once it stands still
    assert drawn(page, "Loss over epochs") > 500
    assert drawn(page, "Answers") > 500
    assert page.locator(".wrong figure").count() > 5
    counts = [int(text or 0) for text in page.locator(".confusion td").all_inner_texts()]
    assert sum(counts) == 1000
    assert sum(counts[::11]) >= 880, "nine in ten of the 400 that are looked at on the way"


def test_what_was_trained_answers_in_draw_and_is_saved_for_python(opened, tmp_path):
    page = opened("#train?network=mlp:16&rate=0.003", 390)
    page.get_by_role("button", name="Start").click()
    until(page, 0.6)
    page.get_by_role("button", name="Pause").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the network").click()
    saved.value.save_as(tmp_path / "m.safetensors")
    network, about = files.load(tmp_path / "m.safetensors")
    assert network.theta.size == 784 * 16 + 16 + 16 * 10 + 10
    assert "trained in the lab" in about["data"]
    page.get_by_role("button", name="Use it in Draw").click()
    expect(page.get_by_label("Network", exact=True)).to_have_value("trained here")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_formulas_are_those_of_the_optimizer(opened):
    page = opened("#train?network=mlp:16")
    formulas = page.locator(".formula math")
    expect(formulas).to_have_count(4)  # the loss, Adam's two means, its step
    page.get_by_label("Optimizer").select_option("sgd")
    expect(formulas).to_have_count(3)
    expect(formulas.nth(1)).to_contain_text("μ")


def test_one_step_is_one_step(opened):
    page = opened("#train")
    step = page.locator(".facts div", has_text="Step").locator("dd").first
    expect(step).to_have_text("0")
    for number in ("1", "2"):
        page.get_by_role("button", name="One step").click()
        expect(step).to_have_text(number)


def test_settings_are_changed_while_it_learns_and_the_link_tells(opened):
    page = opened("#train?network=mlp:16&rate=1e-05")
    page.get_by_role("button", name="Start").click()
    until(page, 0.0)
    slider = page.get_by_label("Learning rate")
    slider.focus()
    for _ in range(6):
        slider.press("ArrowRight")
    until(page, 0.6)
    page.wait_for_function("() => location.hash.includes('rate=0.01')")
    rate = page.locator("label", has_text="Learning rate").locator(".value")
    expect(rate).to_have_text("0.01")


def test_a_run_that_never_starts_is_told_why_and_mended_by_a_click(opened):
    page = opened("#train")
    page.get_by_text("A course's settings that never start").click()
    page.get_by_role("button", name="Run this").first.click()
    advice = page.locator(".advice", has_text="still guesses")
    advice.wait_for()
    expect(advice).to_contain_text("Weights of 0.01 shrink")
    page.get_by_role("button", name="Weights of He, begin again").click()
    page.get_by_role("button", name="Learning rate 0.01").click()
    until(page, 0.5)


def figure(page, name):
    return page.locator(".facts div", has_text=name).locator("dd").first


def run_experiment(page, name):
    each = page.locator(".fault", has=page.get_by_text(name, exact=True))
    each.locator("summary").click()
    each.get_by_role("button", name="Run this").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_experiment_says_beside_its_run_what_to_look_at(opened, width):
    page = opened("#train?network=mlp:16", width)
    expect(page.locator(".experiment")).to_be_hidden()
    run_experiment(page, "All weights zero")
    told = page.locator(".experiment")
    expect(told).to_contain_text("All units of a layer are equal")
    expect(told.get_by_text("Cure:")).to_be_in_viewport()
    page.get_by_label("First weights").select_option("he")
    expect(told).to_be_hidden()


def test_the_advice_goes_on_saying_the_figures_beside_it(opened):
    page = opened("#train")
    run_experiment(page, "Pixels not scaled")
    advice = page.locator(".advice b")
    expect(advice).to_contain_text("far worse than guessing")
    first = advice.inner_text()
    page.wait_for_function(
        "(first) => document.querySelector('.advice b').textContent !== first", arg=first
    )
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".tools [role=status]")).to_have_text("It stands still.")
    assert f"its loss is now {figure(page, 'Loss of the batches').inner_text()}." in (
        advice.inner_text()
    )


def test_a_run_that_stops_by_itself_says_why(opened):
    page = opened("#train")
    run_experiment(page, "The wrong axis")
    expect(page.locator(".stopped")).to_contain_text("The run stopped by itself at step")
    expect(figure(page, "Loss of the batches")).to_have_text("infinite")
    expect(page.locator(".experiment")).to_contain_text("the loss becomes infinite")
    page.get_by_role("button", name="Sum along the classes").click()
    until(page, 0.6)
    expect(page.locator(".stopped")).to_be_hidden()


def test_too_few_units_are_told_once_they_learn_no_more(page):
    found = page.evaluate(
        """async () => {
          const digits = await inkgrad.openDigits();
          const run = new inkgrad.Run(digits, { network: "mlp:3", rate: 0.003 });
          const told = [];
          for (let k = 1; k <= 4000; k++) {
            const { right, samples } = run.step();
            if (k % 500) continue;
            const state = { steps: k, loss: 1, accuracy: right / samples, ...run.measure() };
            state.tested = run.evaluate(300);
            told.push([run.gain(), inkgrad.advice(state, run.settings)[0]?.what ?? ""]);
          }
          return told;
        }"""
    )
    assert not any("3 units" in what for gain, what in found if gain is None or gain > 0.01)
    assert any("is as far as 3 units take it" in what for _, what in found), found


def test_a_slow_network_says_that_it_works_and_no_run_before_is_named(opened):
    page = opened("#train?network=lenet")
    status = page.locator(".tools [role=status]")
    expect(status).to_have_text("Working …")
    expect(figure(page, "Step")).to_have_text("…")
    expect(status).to_have_text("Ready to start.")
    legend = page.locator(".curves .legend").first
    expect(legend).not_to_contain_text("the run before")
    page.get_by_label("Network", exact=True).select_option("mlp:16")
    expect(figure(page, "Parameters")).to_have_text("12,730")
    for _ in range(2):
        for step in ("1", "2"):
            page.get_by_role("button", name="One step").click()
            expect(figure(page, "Step")).to_have_text(step)
        page.get_by_role("button", name="Begin again").click()
        expect(figure(page, "Step")).to_have_text("0")
    expect(legend).to_contain_text("the run before")


def test_two_runs_learn_beside_each_other_each_with_its_figures_and_advice(opened):
    page = opened("#train?network=mlp:16&rate=0.003")
    page.get_by_role("button", name="A second run beside it").click()
    expect(page.get_by_role("button", name="Run B")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("First weights").select_option("zero")
    runs = page.locator(".lane")
    expect(runs).to_have_count(2)
    expect(runs.nth(1).locator("h2")).to_contain_text("Run B first weights all zero")
    expect(runs.first.locator("h2")).to_contain_text("Run A first weights He")
    page.get_by_role("button", name="Start").click()
    right = runs.first.locator(".facts div", has_text="Right in the test").locator("dd")
    expect(right).to_have_text(re.compile(r"^[89]\d"))
    expect(runs.nth(1).locator(".advice")).to_contain_text("still guesses")
    expect(page.locator(".curves .legend").first).to_contain_text("B, test")
    page.get_by_role("button", name="Pause").click()
    runs.nth(1).get_by_role("button", name="Weights of He").click()
    expect(runs.nth(1).locator("h2")).to_contain_text("with the same settings")
    page.get_by_role("button", name="Without B").click()
    expect(runs).to_have_count(1)
    expect(page.get_by_role("button", name="A second run beside it")).to_be_visible()


def test_a_link_holds_both_runs(opened):
    page = opened("#train?network=mlp:16&beside=network%3Dmlp%253A3%26rate%3D0.01", 390)
    runs = page.locator(".lane")
    expect(runs).to_have_count(2)
    steps = runs.locator(".facts div", has_text="Step").locator("dd")
    expect(steps).to_have_text(["0", "0"])
    page.get_by_role("button", name="One step").click()
    expect(steps).to_have_text(["1", "1"])
    page.get_by_role("button", name="Run B").click()
    expect(page.get_by_label("Network", exact=True)).to_have_value("mlp:3")
    parameters = runs.locator(".facts div", has_text="Parameters").locator("dd")
    expect(parameters).to_have_text(["12,730", "2,395"])
    page.wait_for_function("() => location.hash.includes('beside=network')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("A course's settings that never start", "still guesses"),
        ("A learning rate too high", "no better than guessing"),
        ("No shuffling", "It forgets"),
        ("Pixels not scaled", "far worse than guessing"),
        ("Gradients not divided by the batch", "times too long"),
        ("Softmax without its maximum", "is no number any more"),
        ("All weights zero", "still guesses"),
        ("All weights positive", "hardly learns"),
        ("The wrong axis", "says little"),
        ("Three hidden units", "3 units take it"),
        ("Overfitting 500 digits", "better than others"),
        ("… the same with dropout", "better than others"),
        ("… the same with deformed digits", None),
        ("Ink the wrong way round", "fails on the test's"),
        ("Testing on what was tuned on", "that is no test"),
    ],
)
def test_each_fault_is_told_and_its_cure_mends_it(page, name, said):
    told, before, after = page.evaluate(FAULT, name)
    assert told == [] or said is not None
    if said is None:
        return
    assert any(said in each for each in told), told
    assert after > 0.55
    assert after > before or before > 0.8, "but for digits learned by heart, it was far from this"


FAULT = """
async (name) => {
  const digits = await inkgrad.openDigits();
  const { settings } = inkgrad.FAULTS.find((each) => each.name === name);
  const take = (run, steps) => {
    const recent = [];
    for (let k = 0; k < steps && !(run.broken && run.steps > run.broken + 20); k++) {
      recent.push(run.step());
    }
    const last = recent.slice(-40);
    const mean = (value) => last.reduce((sum, each) => sum + value(each), 0) / last.length;
    return {
      ...{ steps: run.steps, broken: run.broken, tested: run.evaluate(300) },
      ...{ loss: mean(({ loss }) => loss), accuracy: mean((each) => each.right / each.samples) },
      ...run.measure(),
    };
  };
  const long = settings.network === "mlp:3" ? 4000 : settings.samples ? 520 : 160;
  const run = new inkgrad.Run(digits, { ...settings, faults: settings.faults ?? {} });
  const state = take(run, long);
  let found = inkgrad.advice(state, run.settings).filter((each) => each.change);
  const told = found.map(({ what }) => what);
  let [after, all] = [state, { ...run.settings }];
  // One cure may show the next fault: at most three, one after the other.
  for (let k = 0; k < 3 && found.length && !(k && after.tested.accuracy > 0.55); k++) {
    all = { ...all, ...found.at(-1).change };
    const cured = new inkgrad.Run(digits, all);
    after = take(cured, 420);
    found = inkgrad.advice(after, cured.settings).filter((each) => each.change);
  }
  return [told, state.tested.accuracy, after.tested.accuracy];
}
"""
