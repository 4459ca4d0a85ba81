"""Work handed to the scheduler that a person names: dask's own in this process, or one that other machines serve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from impactmap.model.errors import InputError, InstallationError
from impactmap.model.progress import Progress, quiet

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Scheduler", "run_all"]

#: ``synchronous``, ``threads`` or ``processes``; the address of a scheduler, ``tcp://...``; or a client of one.
Scheduler: TypeAlias = "str | Client | None"
T = TypeVar("T")
R = TypeVar("R")

_LOCAL = ("synchronous", "threads", "processes")
#: How often a task whose worker died is given to another.
_TRIES = 3


def run_all(
    function: Callable[..., R],
    jobs: Sequence[T],
    *arguments: Any,
    scheduler: Scheduler = None,
    progress: Progress = quiet,
    what: str = "",
) -> list[R]:
    """Run a function of each job, where the scheduler says; the results in the order of the jobs.

    Parameters
    ----------
    function
        A plain function of a module, which workers can load.
    jobs
        What it takes first, one by one.
    *arguments
        What it takes besides.
    scheduler
        One of dask's in this process (``synchronous`` by default), an address, or a client.
    progress, what
        Told how many jobs are done, and of what.

    Raises
    ------
    InstallationError
        When dask is not installed.
    InputError
        For a scheduler that is none.
    """
    try:
        import dask
    except ImportError as error:
        raise InstallationError(
            "expected dask, which datasets are run by; it is not installed. Run: pip install 'impactmap[datasets]'"
        ) from error
    name = "synchronous" if scheduler is None else scheduler
    if not isinstance(name, str):
        return _on(name, function, jobs, arguments, progress, what)
    if "://" in name:
        from distributed import Client

        with Client(name, timeout="30s", set_as_default=False) as client:
            return _on(client, function, jobs, arguments, progress, what)
    if name not in _LOCAL:
        raise InputError(
            f"scheduler: expected one of {', '.join(_LOCAL)}, or an address such as tcp://10.0.0.5:8786; found "
            f"{name!r}."
        )
    if name == "synchronous":
        results = []
        for number, job in enumerate(jobs, 1):
            results.append(function(job, *arguments))
            progress(number, len(jobs), what)
        return results
    tasks = [dask.delayed(function, pure=False)(job, *arguments) for job in jobs]  # type: ignore[attr-defined]
    made: list[R] = list(dask.compute(*tasks, scheduler=name))  # type: ignore[attr-defined,no-untyped-call]
    progress(len(jobs), len(jobs), what)
    return made


def _on(
    client: Client,
    function: Callable[..., R],
    jobs: Sequence[T],
    arguments: tuple[Any, ...],
    progress: Progress,
    what: str,
) -> list[R]:
    """Run on the workers of a cluster; what a killed worker left undone goes to another."""
    from distributed import as_completed

    futures = [client.submit(function, job, *arguments, pure=False, retries=_TRIES) for job in jobs]
    for number, _ in enumerate(as_completed(futures), 1):
        progress(number, len(jobs), what)
    results: list[R] = client.gather(futures)
    return results
