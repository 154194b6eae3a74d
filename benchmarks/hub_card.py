"""Whether huggingface_hub takes the cards that `inkgrad export --hub` writes, of what is shipped.

Its ModelCard reads each, with errors in the metadata not forgiven, finds the results in it, and
writes it again with the same metadata. --online asks the hub's own validator too, which needs the
network. Needs huggingface_hub (pip install huggingface_hub), which nothing else in inkgrad does.

python benchmarks/hub_card.py [--online]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from huggingface_hub import ModelCard, __version__
from huggingface_hub.utils import validate_repo_id

from inkgrad.interchange.hub import export_hub
from inkgrad.pretrained.shipped import names


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in names():
            _, text = export_hub(name, Path(folder) / name)
            card = ModelCard.load(text, ignore_metadata_errors=False)
            again = ModelCard(str(card), ignore_metadata_errors=False)
            if again.data.to_dict() != card.data.to_dict():
                sys.exit(f"{name}: the card is not what it was once it is written again")
            for each in card.data.datasets or ():
                validate_repo_id(each)
            results = card.data.eval_results or []
            if "--online" in sys.argv:
                card.validate()
            print(
                f"{name:<14} {card.data.license}  {card.data.pipeline_tag}  {len(results)} results"
            )
    print(f"huggingface_hub {__version__} takes them all")


if __name__ == "__main__":
    main()
