"""Everything that Resona raises on purpose.

::

    ResonaError                      root; str() is one sentence a user can act on
    ├── ConfigError        (ValueError)   unknown key, value out of range
    ├── AudioError                        .path, .reason
    │   ├── UnsupportedAudioError         not a format we read
    │   ├── DecodeError                   damaged or truncated
    │   │   └── ReadError                 not the file's fault: the disk, the share, a permission
    │   └── EmptyAudioError               no samples, or too few to hear anything
    ├── FeatureError       (ValueError)   wrong shape, non-finite, impossible setting
    ├── StoreError                        .path
    │   ├── StoreVersionError             written by a newer Resona
    │   ├── StoreLockedError              another process is writing
    │   ├── StoreLostError                the database went away, or does not answer
    │   ├── UnknownTrackError (LookupError)  .query, .matches
    │   ├── UnknownPlaylistError (LookupError)
    │   └── PlaylistChangedError          somebody else was quicker
    ├── QueryError         (ValueError)   a filter, label or request that cannot be read
    ├── SplitError                        too few artists or genres for an honest split
    │   └── LeakError                     a track, artist or duplicate on both sides
    ├── CheckpointError                   a bundle or checkpoint that is unreadable or not ours
    │   └── FingerprintMismatchError      features made with other settings than the model's
    ├── TrainingError                     the loss is not finite, or training cannot start
    ├── VectorIndexError                  wrong dimension, empty index, stale against the store
    ├── WorkerError                       a process that listens cannot work, whatever the file
    ├── PeerError                         another program that should be measured, too, does not work here
    ├── BusyError                         too much is being asked for at once
    ├── ServerError                       another server does not answer, or not as it should
    └── MissingExtraError                 an optional part is not installed: how to install it
"""

from pathlib import Path


class ResonaError(Exception):
    """Root of all errors that Resona raises on purpose; its text is one sentence a user can act on."""


class BusyError(ResonaError):
    """Too much is being asked for at once; it goes again soon."""


class ConfigError(ResonaError, ValueError):
    """A setting is unknown or out of range."""


class AudioError(ResonaError):
    """A file cannot be heard.

    Parameters
    ----------
    path
        The file.
    reason
        What is wrong with it and what to do, without the path.
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{str(path)!r}: {reason}")
        self.path = Path(path)
        self.reason = reason

    def __reduce__(self) -> tuple[type["AudioError"], tuple[Path, str]]:
        """Keep both facts when the error crosses a process boundary."""
        return type(self), (self.path, self.reason)


class UnsupportedAudioError(AudioError):
    """The file is not in a format that Resona reads."""


class DecodeError(AudioError):
    """The file is damaged, truncated or unreadable."""


class ReadError(DecodeError):
    """The file cannot be read: the disk, the share or a permission fails, and the file itself may be sound."""


class EmptyAudioError(AudioError):
    """The file holds no samples, or too few to hear anything."""


class FeatureError(ResonaError, ValueError):
    """An array has the wrong shape or holds a NaN, or a setting is impossible."""


class StoreError(ResonaError):
    """The library file cannot be used.

    Parameters
    ----------
    path
        The library file.
    reason
        What is wrong with it and what to do, without the path.
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{str(path)!r}: {reason}")
        self.path = Path(path)
        self.reason = reason


class StoreVersionError(StoreError):
    """The library file was written by a newer Resona."""


class StoreLockedError(StoreError):
    """Another process is writing to the library."""


class StoreLostError(StoreError):
    """The database went away, or does not answer; it may be back soon."""


class UnknownTrackError(StoreError, LookupError):
    """No track, or more than one, answers to a query.

    Parameters
    ----------
    query
        What was asked for.
    matches
        The nearest tracks, as text to show.
    reason
        One sentence without the matches; without one, they are offered as what may have been meant.
    """

    def __init__(self, query: str, matches: list[str], reason: str = "") -> None:
        hint = "".join(f"\n  {match}" for match in matches)
        lead = ":" if reason else "; did you mean:"
        reason = reason or "no track in the library answers to it"
        ResonaError.__init__(self, f"{query!r}: {reason}" + (f"{lead}{hint}" if matches else ""))
        self.query = query
        self.matches = matches


class UnknownPlaylistError(StoreError, LookupError):
    """No playlist has this number."""

    def __init__(self, path: Path | str, playlist_id: int) -> None:
        super().__init__(path, f"there is no playlist with the number {playlist_id}")


class PlaylistChangedError(StoreError):
    """A playlist is no longer what the change was made for."""

    def __init__(self, path: Path | str, name: str) -> None:
        super().__init__(path, f"the playlist {name!r} has been changed elsewhere meanwhile; look at it and try again")


class QueryError(ResonaError, ValueError):
    """A filter, a label or another request cannot be read."""


class SplitError(ResonaError):
    """There are too few artists or genres for an honest split."""


class LeakError(SplitError):
    """A track, an artist or a duplicate is on both sides of a split."""


class CheckpointError(ResonaError):
    """A bundle or checkpoint is unreadable or not ours."""


class FingerprintMismatchError(CheckpointError):
    """Features were made with other settings than the model expects."""


class TrainingError(ResonaError):
    """Training cannot start or has failed."""


class VectorIndexError(ResonaError):
    """Vectors have the wrong dimension, are not finite, or there are none."""


class WorkerError(ResonaError):
    """A worker process cannot start or work: the model, the installation or the system is at fault, and no file is."""


class ServerError(ResonaError):
    """Another server cannot be reached, refuses, or says what cannot be understood."""


class PeerError(ResonaError):
    """Another program that should be measured, too, cannot work here or reads nothing; the text continues its name."""


class MissingExtraError(ResonaError):
    """An optional part of Resona is not installed."""
