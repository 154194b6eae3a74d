"""A folder for a hub: the weights as they are, and a card whose head is what hubs ask for."""

from __future__ import annotations

import hashlib

import pytest
import yaml

from inkgrad import open_reader
from inkgrad.errors import ModelError
from inkgrad.interchange.hub import export_hub, yaml_lines
from inkgrad.nn import files
from inkgrad.nn.architectures import build, tiny
from inkgrad.pretrained.shipped import card, find, names


def parts(path) -> tuple[dict, str]:
    _, head, body = path.read_text().split("---\n", 2)
    return yaml.safe_load(head), body


@pytest.mark.parametrize("name", names())
def test_a_shipped_model_has_its_card_under_the_metadata(name, tmp_path):
    weights, text = export_hub(name, tmp_path / name)
    assert hashlib.sha256(weights.read_bytes()).digest() == (
        hashlib.sha256(find(name).read_bytes()).digest()
    )
    said, body = parts(text)
    assert body.strip().startswith(card(name).strip())
    assert said["license"] == "mit"
    assert said["library_name"] == "inkgrad"
    lines = name in ("amounts", "crossed-out", "numbers", "text")
    assert said["pipeline_tag"] == ("image-to-text" if lines else "image-classification")
    assert said.get("language") == (["en"] if name == "text" else None)
    (index,) = said["model-index"]
    scores = files.load_together(find(name))[1]["scores"]
    values = [result["metrics"][0]["value"] for result in index["results"]]
    assert values == [round(score["accuracy"], 6) for score in scores.values()]
    for result in index["results"]:
        assert result["task"] == {"type": said["pipeline_tag"]}
        assert set(result["dataset"]) == {"type", "name"}
        assert result["metrics"][0]["type"] in said["metrics"]


def test_only_data_that_were_used_are_named(tmp_path):
    sets = {n: parts(export_hub(n, tmp_path / n)[1])[0].get("datasets") for n in names()}
    assert sets["digits-mnist"] == ["ylecun/mnist"]
    assert sets["text"] is None


def test_a_model_of_ones_own_gets_a_card(tmp_path):
    run = tmp_path / "runs" / "mine"
    run.mkdir(parents=True)
    about = {
        "classes": [*"abcd"],
        "data": "letters: mine",
        "figures": {"test_accuracy": 0.875, "validation_accuracy": 0.9},
    }
    files.save(build("tiny", 4), run / "model.safetensors", about)
    weights, text = export_hub(run, tmp_path / "hub", "cc-by-4.0")
    said, body = parts(text)
    assert said["license"] == "cc-by-4.0"
    assert "digits" not in said["tags"]
    assert [r["dataset"]["name"] for r in said["model-index"][0]["results"]] == [
        "letters: mine, validation part",
        "letters: mine, test part",
    ]
    assert "# mine" in body
    assert "| letters: mine, test part | 87.50 % |" in body
    assert 'open_reader("character", path)' in body
    assert open_reader("character", weights).images.classes == tuple("abcd")
    assert parts(export_hub(run, tmp_path / "again")[1])[0]["license"] == "unknown"


def test_scores_that_are_none_are_one_line(tmp_path):
    path = tmp_path / "odd.safetensors"
    files.save(tiny(), path, {"scores": {"all": {"accuracy": 7}}})
    with pytest.raises(ModelError, match="odd: does not hold together"):
        export_hub(path, tmp_path / "hub")
    with pytest.raises(ModelError, match="licence 'a: b' is none"):
        export_hub("digits", tmp_path / "hub", "a: b")
    assert not (tmp_path / "hub").exists()


def test_what_is_written_as_yaml_is_read_as_it_was():
    value = {
        "text": 'a "quoted": # text\n- with é, \\ and \u2028',
        "some": ["yes", "null", 1, 0.5, 0.000001, None, True],
        "deep": [{"a": {"b": [{"c": "d"}, {"e": [1, 2]}]}, "f": "-"}],
    }
    assert yaml.safe_load("\n".join(yaml_lines(value))) == value
