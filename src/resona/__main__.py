"""`python -m resona` is the command `resona`."""

from resona.cli.main import main

if __name__ == "__main__":
    main()
