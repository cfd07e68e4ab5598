"""The one exception that the command line shows without a traceback."""


class TrainingError(Exception):
    """What was expected, what was found, where, what to do: one line."""
