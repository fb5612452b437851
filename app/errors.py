"""The tree of errors that `app/` raises; the command line shows each as one line."""


class AppError(Exception):
    """Anything that keeps the program from doing what it was told; the message says what to do."""


class AddressInUseError(AppError):
    """Something else already listens where the server should."""


class DatabaseUnusableError(AppError):
    """The database cannot be opened, or a newer program has written it."""


class BackupError(AppError):
    """A backup cannot be made, or the file is no backup that this program can restore."""


class SamplesMissingError(AppError):
    """The folder with the sample cards is not there."""


class WrongInputError(AppError):
    """A file or value given to a command cannot be used."""


class ImportRefusedError(AppError):
    """An import in the background cannot be finished; nothing was written."""
