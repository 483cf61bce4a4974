"""The ways in: the command line and HTTP. They translate words, status codes and exit codes, and decide nothing."""
