from __future__ import annotations

import pytest
import tuning_scores as scores

from inkgrad.errors import TrainingError, UsageError
from inkgrad.tuning.search import search
from inkgrad.tuning.space import Choice, Space, Uniform


def facts(found):
    return [(t.number, t.parameters, t.state, t.score, t.curve) for t in found.trials]


def test_a_grid_tries_every_setting_and_finds_the_best():
    found = search(scores.SPACE, scores.bowl, "grid")
    assert [trial.parameters for trial in found.trials] == scores.SPACE.grid()
    assert all(trial.state == "complete" and len(trial.curve) == 5 for trial in found.trials)
    assert found.best.parameters == {"x": pytest.approx(1 / 3), "kind": "round"}
    assert found.best.score == max(trial.score for trial in found.trials)
    assert next(iter(found.importance)) == "x"


@pytest.mark.parametrize("strategy", ["grid", "random"])
def test_the_number_of_workers_changes_nothing(strategy):
    alone = search(scores.SPACE, scores.bowl, strategy, trials=12, seed=5)
    for workers in (1, 2):
        found = search(scores.SPACE, scores.bowl, strategy, trials=12, seed=5, workers=workers)
        assert facts(found) == facts(alone)


def test_another_seed_draws_other_settings_and_more_trials_only_add_some():
    few = search(scores.SPACE, scores.bowl, "random", trials=4, seed=1)
    more = search(scores.SPACE, scores.bowl, "random", trials=8, seed=1)
    other = search(scores.SPACE, scores.bowl, "random", trials=8, seed=2)
    assert facts(more)[:4] == facts(few)
    assert not {str(t.parameters) for t in other.trials} & {str(t.parameters) for t in more.trials}


def test_halving_stops_most_trials_early_and_keeps_the_best():
    whole = search(scores.SPACE, scores.bowl, "random", trials=40, seed=3)
    found = search(scores.SPACE, scores.bowl, "halving", trials=40, seed=3, epochs=5)
    assert [t.parameters for t in found.trials] == [t.parameters for t in whole.trials]
    spent = sum(len(trial.curve) for trial in found.trials)
    assert spent < 0.6 * sum(len(trial.curve) for trial in whole.trials)
    assert sum(trial.state == "pruned" for trial in found.trials) > 20
    assert found.best.number == whole.best.number


def test_tpe_comes_closer_than_chance_and_the_same_seed_draws_the_same():
    space = Space({name: Uniform(0.0, 1.0) for name in "abcd"})

    def score(parameters, report):
        return -sum((value - 0.7) ** 2 for value in parameters.values())

    found = search(space, score, "tpe", trials=40, seed=1)
    again = search(space, score, "tpe", trials=40, seed=1)
    assert facts(found) == facts(again)
    late = [trial.score for trial in found.trials[20:]]
    early = [trial.score for trial in found.trials[:10]]
    assert sum(late) / len(late) > 0.7 * sum(early) / len(early)


def test_tpe_without_pruning_runs_every_trial_to_its_end():
    found = search(scores.SPACE, scores.bowl, "tpe", trials=15, epochs=5, prune=False)
    assert {trial.state for trial in found.trials} == {"complete"}
    pruned = search(scores.SPACE, scores.bowl, "tpe", trials=15, epochs=5)
    assert any(trial.state == "pruned" for trial in pruned.trials)


@pytest.mark.parametrize("workers", [None, 1])
def test_a_trial_that_diverges_has_failed_and_the_search_goes_on(workers):
    found = search(scores.SPACE, scores.diverging, "grid", workers=workers)
    by_x = [trial for trial in found.trials if trial.parameters["kind"] == "round"]
    assert [trial.state for trial in by_x] == ["complete", "failed", "failed", "failed"]
    assert by_x[1].failure == "its score is nan"
    assert "the loss became nan at step 3" in by_x[2].failure


def test_where_every_trial_fails_it_says_why():
    found = search(Space({"x": Choice((0.9, 0.8))}), scores.diverging, "grid")
    with pytest.raises(TrainingError, match="no trial is complete: the loss became nan"):
        _ = found.best


def test_a_fault_in_the_score_ends_the_search(capfd):
    with pytest.raises(KeyError):
        search(scores.SPACE, scores.faulty, "grid")
    with pytest.raises(TrainingError, match=r"the score raised KeyError: 'a fault of the score'"):
        search(scores.SPACE, scores.faulty, "grid", workers=1)
    assert "Traceback" in capfd.readouterr().err


def test_a_score_that_cannot_be_sent_is_refused():
    with pytest.raises(UsageError, match="expected a function at the top of a module"):
        search(scores.SPACE, lambda parameters, report: 0.0, "grid", workers=1)


def test_progress_is_told_of_every_trial():
    told = []
    search(scores.SPACE, scores.bowl, "grid", progress=told.append)
    assert told[-1].count("complete") == len(told[-1].trials) == 16
    assert told[-1].left == 0
    assert any(standing.count("running") for standing in told)
    assert told[-1].best.score == max(trial.score for trial in told[-1].trials)


def test_after_its_minutes_no_trial_is_begun():
    found = search(scores.SPACE, scores.slow_bowl, "random", trials=50, minutes=0.4 / 60)
    states = [trial.state for trial in found.trials]
    assert 1 <= states.count("complete") <= 5
    assert states.count("waiting") == 50 - states.count("complete")
    assert found.best.score > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strategy": "annealing"}, "strategy 'annealing' is unknown, expected one of grid"),
        ({"trials": 0}, "trials is 0, expected 1 or more"),
        ({"workers": 0}, "workers is 0, expected 1 or more"),
        ({"minutes": 0}, "minutes is 0, expected more than 0"),
    ],
)
def test_what_makes_no_sense_is_refused(options, message):
    with pytest.raises(UsageError, match=message):
        search(scores.SPACE, scores.bowl, **options)
