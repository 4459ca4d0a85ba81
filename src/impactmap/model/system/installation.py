"""What is installed to have impactmap, and whether another distribution's module stands in its place."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Final

from impactmap.model.errors import InstallationError

__all__ = ["DISTRIBUTION", "REPAIR", "check_installation", "check_pandas", "install_command", "other_owner"]

#: The name by which package installers know impactmap. `impactmap` there is ImpactMap.io's, and not related.
DISTRIBUTION: Final = "impactmap-newsroom"
_MODULE: Final = "impactmap"
_PANDAS: Final = 3


def install_command(extra: str = "") -> str:
    """Return the command that installs impactmap, with one of its extras where that is named.

    Examples
    --------
    >>> install_command("raster")
    'python -m pip install "impactmap-newsroom[raster]"'
    """
    return f'python -m pip install "{DISTRIBUTION}[{extra}]"' if extra else f"python -m pip install {DISTRIBUTION}"


def check_installation(module: ModuleType) -> None:
    """Refuse a module that is called impactmap and is not this one.

    Two distributions with a module of one name write into one folder: whichever was installed last has its
    ``__init__.py`` there, and uninstalling either takes it away.

    Parameters
    ----------
    module
        What ``import impactmap`` gave.

    Raises
    ------
    InstallationError
        It lacks this package's own names. Says whose it is and how to have ours.
    """
    if "read_events" in getattr(module, "__all__", ()):
        return
    if module.__file__:
        owner = other_owner(module) or "another distribution"
        found = f"that of {owner} in its place ({module.__file__})"
    else:
        found = f"its folder without __init__.py, gone with another distribution ({', '.join(module.__path__)})"
    raise InstallationError(f"expected the module impactmap of {DISTRIBUTION}, found {found}. {REPAIR}")


def check_pandas() -> None:
    """Refuse a pandas whose columns of text are not those that everything here is made of.

    Raises
    ------
    InstallationError
        It is older than 3. Says whether a newer one is installed already, as after ``pip install`` in a running
        notebook, whose kernel keeps the old one.
    """
    from importlib import metadata  # takes longer than all else that a start needs

    installed = metadata.version("pandas")
    loaded = str(getattr(sys.modules.get("pandas"), "__version__", installed))
    if int(loaded.partition(".")[0]) >= _PANDAS:
        return
    mend = f'Run: python -m pip install "pandas>={_PANDAS}"'
    if int(installed.partition(".")[0]) >= _PANDAS:
        mend = f"pandas {installed} is installed: restart the kernel, or the program, that loaded the old one"
    raise InstallationError(f"expected pandas {_PANDAS} or newer, found {loaded}. {mend}")


def other_owner(module: ModuleType) -> str:
    """Return the name and version of the distribution called impactmap that shares the module's folder, else nothing.

    Examples
    --------
    >>> import impactmap
    >>> other_owner(impactmap)
    ''
    """
    # Looked for where the two would meet: importing importlib.metadata takes longer than all else that a start needs.
    for info in Path(module.__file__ or "").parent.parent.glob(f"{_MODULE}-*.dist-info"):
        from importlib.metadata import Distribution

        other = Distribution.at(info)
        if any(Path(file).parts[:1] == (_MODULE,) for file in other.files or ()):
            return f"{_MODULE} {other.version}"
    return ""


REPAIR: Final = (
    f"{DISTRIBUTION} and the distribution called {_MODULE} (ImpactMap.io's, not related) cannot share an environment. "
    f"Run: python -m pip uninstall {_MODULE} {DISTRIBUTION}, then: {install_command()}. "
    "If you need both, give each an environment of its own."
)
