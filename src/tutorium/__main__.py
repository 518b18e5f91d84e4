"""`python -m tutorium` is the command line."""

from tutorium.server.cli import main

if __name__ == "__main__":
    main()
