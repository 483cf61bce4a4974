"""`python -m remixlab` is the `remixlab` command."""

from remixlab.doors.cli import main

if __name__ == "__main__":
    main()
