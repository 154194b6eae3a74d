from __future__ import annotations

import base64
import io
import re
import statistics

import pytest
from PIL import Image

from inkgrad.arguments import Arguments
from inkgrad.errors import UsageError
from inkgrad.tuning import tune as module
from inkgrad.tuning.search_report import report
from inkgrad.tuning.space import Choice, Space, Uniform
from inkgrad.tuning.trials import TrialTraining
from inkgrad.tuning.tune import TuningPlan, tune

BASE = Arguments(model="mlp:8", epochs=3, input_dropout=0.0, optimizer="sgd", schedule="constant")
SPACE = Space(
    {
        "learning_rate": Choice((0.003, 0.02, 1e30)),
        "dropout": Uniform(0.0, 0.2, count=2),
        "weight_decay": Choice((0.0, 0.001), when={"learning_rate": (0.02,)}),
    }
)


@pytest.fixture
def plan(tmp_path):
    return TuningPlan(BASE, SPACE, "grid", finalists=2, seeds=3, study=str(tmp_path / "study"))


@pytest.mark.filterwarnings("ignore:overflow")
def test_finalists_meet_other_seeds_and_the_winner_is_tested_once(bars, plan, monkeypatch):
    tests = []
    trained = module.train_and_test
    monkeypatch.setattr(module, "train_and_test", lambda *a: tests.append(a) or trained(*a))
    said = []
    found = tune(plan, bars, say=said.append)
    assert [len(finalist.scores) for finalist in found.finalists] == [3, 3]
    first, second = found.finalists
    assert first.mean == statistics.fmean(first.scores) >= second.mean
    assert first.spread == statistics.stdev(first.scores)
    score = TrialTraining.of(BASE, bars)
    assert first.scores[0] == score(first.parameters, lambda epoch, value: None)
    assert first.scores[2] == score({**first.parameters, "seed": 2}, lambda epoch, value: None)
    facts = found.as_json()
    assert facts["trials"] == 8
    assert facts["failed"] == 2
    assert facts["best_validation_accuracy"] == max(t.score or 0 for t in found.outcome.trials)
    assert facts["test_accuracy"] == found.tested.accuracy > 0.6
    assert said[0] == "finalists: 0 of 4 trainings with other seeds"

    again = tune(plan, bars)  # all is kept
    times = {"seconds": 0, "search_seconds": 0}
    assert {**again.as_json(), **times} == {**facts, **times}
    assert len(tests) == 1


def test_the_test_part_is_out_of_reach_of_trials(bars):
    score = TrialTraining.of(BASE, bars)
    parts = bars.hold_out(24)
    assert (score.training.labels == parts.train.labels).all()
    assert (score.validation.images == parts.test.images).all()
    assert not any(part is bars.test for part in vars(score).values())


def test_a_study_of_other_data_is_refused(bars, plan):
    tune(plan, bars)
    with pytest.raises(UsageError, match="another data_checksum: expected the same"):
        tune(plan, bars.hold_out(30))


@pytest.mark.filterwarnings("ignore:overflow")
def test_the_page_tells_of_the_search_with_pictures_inside(bars, plan):
    found = tune(plan, bars)
    page = report("Search: <bars>", found)
    assert "Search: &lt;bars&gt;" in page
    for heading in ("Learning curves", "Parallel coordinates", "Which parameters decide"):
        assert f">{heading}</h2>" in page
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert len(pictures) == 4
    assert len(set(pictures)) == 4
    for picture in pictures:
        with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
            colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20)}
        assert colours & {(42, 125, 225), (200, 68, 47)}  # the best is in colour
    assert page.count("the loss became") == 2
    assert "http" not in page
