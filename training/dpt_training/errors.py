"""The one exception that the command line shows without a traceback."""


class TrainingError(Exception):
    """What was expected, what was found, where, what to do: one line."""


class SampleError(TrainingError):
    """One sample of a data set is damaged; the others may be whole."""
