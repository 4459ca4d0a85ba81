"""Errors of impactmap, one tree.

::

    ImpactMapError
    ├── InputError (ValueError)             what the user gave cannot be used as it is
    │   ├── TableError                      a table's file or rows
    │   │   └── OptionError                 what was said about a table fits nothing of it: wrong usage
    │   ├── ColumnError (KeyError)          a frame lacks a column that a stage needs
    │   ├── CrsError                        a missing or wrong coordinate reference system
    │   └── ProjectError                    the project file
    ├── ReferenceDataError (LookupError)    a shipped layer lacks what was asked for
    ├── GeocodingError                      an online provider
    │   ├── ProviderUnavailable (OSError)   unreachable, over quota, timed out: try again later
    │   │   └── ProviderPaused              it asked for a longer pause than a run may wait
    │   └── ProviderRefused (PermissionError)   it said no: stop asking
    ├── PublishError (OSError)              the output folder or a file in it
    └── InstallationError (ImportError)     something that has to be installed is not, or another's stands in its place

    TermsWarning (UserWarning)              what a data publisher asks of those who pass its data on

Every message says what was expected, what was found, where, and how to mend it.
"""

from __future__ import annotations

__all__ = [
    "ColumnError",
    "CrsError",
    "GeocodingError",
    "ImpactMapError",
    "InputError",
    "InstallationError",
    "OptionError",
    "ProjectError",
    "ProviderPaused",
    "ProviderRefused",
    "ProviderUnavailable",
    "PublishError",
    "ReferenceDataError",
    "TableError",
    "TermsWarning",
]


class ImpactMapError(Exception):
    """Base of every error that impactmap raises on purpose."""

    def __str__(self) -> str:
        """Return the message as written (KeyError would quote it)."""
        return str(self.args[0]) if self.args else ""


class InstallationError(ImpactMapError, ImportError):
    """Something that has to be installed is not, or another's stands in its place."""


class InputError(ImpactMapError, ValueError):
    """What the user gave cannot be used as it is."""


class TableError(InputError):
    """A table's file or its rows cannot be used."""


class OptionError(TableError):
    """What was said about how a table is read fits nothing of it: a format of dates, a time zone."""


class ColumnError(InputError, KeyError):
    """A frame lacks a column that a stage needs."""


class CrsError(InputError):
    """A frame has no coordinate reference system, or not the one needed."""


class ProjectError(InputError):
    """The project file has a fault."""


class ReferenceDataError(ImpactMapError, LookupError):
    """A shipped layer lacks what was asked for."""


class GeocodingError(ImpactMapError):
    """An online provider did not give an answer."""


class ProviderUnavailable(GeocodingError, OSError):  # noqa: N818 -- reads as a state
    """The provider could not be reached, or asked for a pause: try again later."""


class ProviderPaused(ProviderUnavailable):
    """The provider asked for a longer pause than a run may wait; `seconds` says how long."""

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class ProviderRefused(GeocodingError, PermissionError):  # noqa: N818 -- reads as a state
    """The provider refused: further requests would be wrong."""


class PublishError(ImpactMapError, OSError):
    """The output folder or a file in it cannot be written."""


class TermsWarning(UserWarning):
    """The data's publisher sets terms for those who pass it on."""
