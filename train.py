"""The original recipe's command, from a checkout: ``python train.py`` does what ``resona train`` does."""

import sys

from resona.cli.main import main

if __name__ == "__main__":
    main(["train", *sys.argv[1:]])
