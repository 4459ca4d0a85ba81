"""Work handed to the scheduler that a person names: dask's own in this process, or workers of a cluster."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from impactmap.model.errors import InputError, InstallationError
from impactmap.model.progress import Progress, quiet
from impactmap.model.system.installation import install_command

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Runner", "Scheduler"]

#: ``synchronous``, ``threads`` or ``processes``; how many workers to start on this machine; the address of a scheduler,
#: ``tcp://...``; or a client of one.
Scheduler: TypeAlias = "str | int | Client | None"
T = TypeVar("T")
R = TypeVar("R")

_LOCAL: Final = ("synchronous", "threads", "processes")
#: How often a task whose worker died is given to another.
_TRIES: Final = 3


class Runner:
    """Runs a function of many jobs where the scheduler says.

    Parameters
    ----------
    scheduler
        See `Scheduler`; ``synchronous`` when left out.

    Raises
    ------
    InstallationError
        When dask is not installed.
    InputError
        For a scheduler that is none, or one that cannot be reached.
    """

    def __init__(self, scheduler: Scheduler = None) -> None:
        try:
            import dask  # noqa: F401 -- whether it is there
            import distributed  # noqa: F401
        except ImportError as error:
            raise InstallationError(
                f"Datasets are run by dask, which is not there ({error.name} is missing): {install_command('datasets')}"
            ) from error
        given = "synchronous" if scheduler is None else scheduler
        if isinstance(given, str) and given.isdecimal():
            given = int(given)
        if isinstance(given, str) and "://" not in given and given not in _LOCAL:
            raise InputError(
                f"scheduler: expected one of {', '.join(_LOCAL)}, a number of workers, or an address such as "
                f"tcp://10.0.0.5:8786; found {given!r}."
            )
        if isinstance(given, int) and given < 1:
            raise InputError(f"scheduler: expected one worker or more, found {given}.")
        self._given = given
        self._client: Client | None = None

    def __call__(
        self, function: Callable[..., R], jobs: Sequence[T], *arguments: Any, progress: Progress = quiet, what: str = ""
    ) -> list[R]:
        """Run a function of each job; return the results in the order of the jobs.

        Parameters
        ----------
        function
            A plain function of a module, which workers can load.
        jobs
            What it takes first, one by one.
        *arguments
            What it takes besides.
        progress, what
            Told how many jobs are done, and of what.
        """
        if self._given == "synchronous":
            results = []
            for number, job in enumerate(jobs, 1):
                results.append(function(job, *arguments))
                progress(number, len(jobs), what)
            return results
        if self._given in ("threads", "processes"):
            import dask

            tasks = [dask.delayed(function, pure=False)(job, *arguments) for job in jobs]  # type: ignore[attr-defined]
            made = dask.compute(*tasks, scheduler=self._given)  # type: ignore[attr-defined,no-untyped-call]
            progress(len(jobs), len(jobs), what)
            return list(made)
        return self._on_workers(function, jobs, arguments, progress, what)

    @property
    def client(self) -> Client:
        """The client of the workers, opened or started when it is first needed."""
        from distributed import Client, LocalCluster

        if self._client is not None:
            return self._client
        if isinstance(self._given, int):
            cluster = LocalCluster(n_workers=self._given, threads_per_worker=1, processes=True, dashboard_address=":0")
            self._client = Client(cluster, set_as_default=False)
            weakref.finalize(self, _close, self._client, cluster)
        elif isinstance(self._given, str):
            try:
                self._client = Client(self._given, timeout="30s", set_as_default=False)
            except OSError as error:
                raise InputError(
                    f"scheduler: nobody answers at {self._given} ({error}). Start `dask scheduler` there, and workers."
                ) from error
            weakref.finalize(self, _close, self._client)
        else:
            self._client = self._given
        return self._client

    def _on_workers(
        self,
        function: Callable[..., R],
        jobs: Sequence[T],
        arguments: tuple[Any, ...],
        progress: Progress,
        what: str,
    ) -> list[R]:
        """Run on the workers of a cluster; what a killed worker left undone goes to another."""
        from distributed import as_completed

        client = self.client
        futures = [client.submit(function, job, *arguments, pure=False, retries=_TRIES) for job in jobs]
        for number, _ in enumerate(as_completed(futures, loop=client.loop), 1):
            progress(number, len(jobs), f"{what} ({client.dashboard_link})")
        results: list[R] = client.gather(futures)
        return results


def _close(*opened: Any) -> None:
    for each in opened:
        each.close()
