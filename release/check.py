"""Check what would be released: ``make release-check``, or ``python release/check.py [--python PATH ...]``.

Builds sdist and wheel, compares what they hold with `contents.toml`, installs the wheel into an empty environment of
every Python from 3.11 up that is here (wheels alone), and makes the first map there with the network off. Asks too
whether all that is pinned has wheels for Windows and macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MB = 1_000_000
WHEEL_BELOW_MB = 25
#: Installed as README says, after the first map, with the bytecode that it needed; and, in the unit in which `du`
#: counts, with that of every module, as pip leaves it without being told.
INSTALLED_BELOW_MB = 660
COMPILED_BELOW_MIB, MIB = 660, 1 << 20
LEAST_PYTHON = (3, 11)
#: Systems that are not here, for which every pinned distribution has to have a wheel.
ELSEWHERE = ("win_amd64", "macosx_14_0_arm64")
SCRIPTS = ("impactmap", "impactmap-newsroom")
#: Read by Python before anything else: where the system cannot take the network away, no socket is to be had.
NO_SOCKETS = """
import socket


class Closed(socket.socket):
    def connect(self, *_):
        raise OSError("the network is off")

    connect_ex = sendto = connect


socket.socket = Closed
"""


def main() -> None:
    """Run all checks; leave with 1 where one fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", help="check with these alone", metavar="PATH")
    parser.add_argument("--output", help="keep sdist and wheel in this folder", metavar="FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        work = Path(folder)
        faults = check_all(work, options.python or pythons())
        if options.output and not faults:
            shutil.copytree(work / "dist", options.output, dirs_exist_ok=True)
    print("\n" + ("\n".join(f"FAULT: {fault}" for fault in faults) or "All checks passed."))
    sys.exit(1 if faults else 0)


def check_all(work: Path, interpreters: Iterable[str]) -> list[str]:
    """Return what is wrong."""
    sdist, wheel = build(ROOT, work / "dist")
    faults = check_contents(sdist, wheel)
    source = unpacked(sdist, work / "source")
    again = build(source, work / "again")[1]
    if sorted(names_in(again)) != sorted(names_in(wheel)):
        faults.append("the wheel built from the sdist holds other files than that built from the checkout")
    size = wheel.stat().st_size / MB
    print(f"{sdist.name}: {sdist.stat().st_size / MB:.1f} MB\n{wheel.name}: {size:.1f} MB")
    if size >= WHEEL_BELOW_MB:
        faults.append(f"the wheel has {size:.1f} MB; expected less than {WHEEL_BELOW_MB}")
    for interpreter in interpreters:
        faults += check_installed(interpreter, wheel, work)
    follow_readme(source)
    follow_tools(wheel, work)
    return faults


def build(source: Path, output: Path) -> tuple[Path, Path]:
    """Build sdist and wheel with hatchling, which has to be installed beside this Python."""
    run([sys.executable, "-m", "hatchling", "build", "-d", str(output)], cwd=source)
    return next(output.glob("*.tar.gz")), next(output.glob("*.whl"))


def unpacked(sdist: Path, folder: Path) -> Path:
    """Return the folder that an sdist holds."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def names_in(archive: Path) -> list[str]:
    """Return the paths of the files in a wheel, or in an sdist without the folder around them."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return [name for name in wheel.namelist() if not name.endswith("/")]
    with tarfile.open(archive) as sdist:
        return [member.name.partition("/")[2] for member in sdist if member.isfile()]


def check_contents(sdist: Path, wheel: Path) -> list[str]:
    """Return what sdist and wheel hold beyond `contents.toml`, and lack."""
    wanted = tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))
    package = [f"src/{pattern}" for pattern in wanted["wheel"] if pattern.startswith("impactmap/")]
    faults = []
    for archive, patterns in ((wheel, wanted["wheel"]), (sdist, [*wanted["sdist"], *package])):
        names = names_in(archive)
        print(f"{archive.name}: {len(names)} files, {len(patterns)} patterns")
        faults += compare(names, patterns, archive.name)
    return faults


def compare(names: Sequence[str], patterns: Sequence[str], archive: str) -> list[str]:
    """Return a fault for each file that no pattern names, and for each pattern that names no file."""
    matching = {pattern: {name for name in names if expression(pattern).fullmatch(name)} for pattern in patterns}
    strangers = sorted(set(names).difference(*matching.values()))
    return [f"{archive} holds {name}, which release/contents.toml does not name" for name in strangers] + [
        f"{archive} lacks {pattern}" for pattern, found in matching.items() if not found
    ]


def expression(pattern: str) -> re.Pattern[str]:
    """Return a pattern of paths as a regular expression."""
    parts = re.split(r"(\*\*/|\*)", pattern)
    return re.compile("".join({"**/": r"(?:[^/]+/)*", "*": r"[^/]*"}.get(part, re.escape(part)) for part in parts))


def pythons() -> list[str]:
    """Return one interpreter of each version from 3.11 up: on the path, in pyenv's folder, known to Windows."""
    named = [shutil.which(f"python3.{minor}") for minor in range(LEAST_PYTHON[1], 30)]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    kept = sorted(str(path) for path in pyenv.glob("*/bin/python") if path.exists())
    listed = (
        subprocess.run(["py", "-0p"], capture_output=True, text=True, check=False).stdout if os.name == "nt" else ""
    )
    launcher = [line.split(maxsplit=1)[-1].lstrip("* ") for line in listed.splitlines() if "\\" in line]
    found: dict[tuple[int, ...], str] = {}
    for path in filter(None, [*named, *kept, *launcher, sys.executable]):
        code = "import sys; print(*sys.version_info[:2])"
        answer = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
        version = tuple(map(int, answer.stdout.split())) if answer.returncode == 0 else ()
        if version >= LEAST_PYTHON:
            found.setdefault(version, path)
    return [found[version] for version in sorted(found)]


def check_installed(interpreter: str, wheel: Path, work: Path) -> list[str]:
    """Install the wheel into an empty environment and make the first map there; return what is wrong."""
    home = Path(tempfile.mkdtemp(prefix="environment-", dir=work))
    run([interpreter, "-m", "venv", str(home)])
    bin_folder = home / ("Scripts" if os.name == "nt" else "bin")
    python = str(bin_folder / "python")
    version = run([python, "-c", "import sys; print(sys.version.split()[0])"]).strip()
    run([python, "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary", ":all:", str(wheel)])
    run([python, "-m", "pip", "check"])
    print(f"\nPython {version}")
    make_first_map(home, bin_folder)
    faults = check_weight(python) + check_elsewhere(python, home)
    shutil.rmtree(home, ignore_errors=True)
    return [f"Python {version}: {fault}" for fault in faults]


def make_first_map(home: Path, bin_folder: Path) -> None:
    """Call every entrance of an environment, and make the first map with the network off."""
    python = str(bin_folder / "python")
    for script in SCRIPTS:
        run([str(bin_folder / script), "--version"], cwd=home)
    run([python, "-m", "impactmap", "--help"], cwd=home)
    shutil.copytree(ROOT / "seeds" / "first-map", home / "first-map")
    cut, environment, how = offline(home)
    for words in (["build", "first-map", "-o", "map"], ["verify", "map"]):
        run([*cut, str(bin_folder / "impactmap"), *words], cwd=home, environment=environment)
    print(f"  The first map was made {how}: {len(list((home / 'map').iterdir()))} files.")
    code = "import time; a = time.perf_counter(); import impactmap; print(time.perf_counter() - a)"
    import_ms = 1000 * statistics.median(float(run([python, "-c", code], cwd=home)) for _ in range(5))
    print(f"  import impactmap: {import_ms:.0f} ms")


def check_weight(python: str) -> list[str]:
    """Return where an environment that has made a map, and one with everything compiled, is heavier than it may be."""

    def weighed() -> list[dict[str, int]]:
        return json.loads(run([python, str(HERE / "weights.py"), "--json"]))

    used = weighed()
    folder = run([python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]).strip()
    # Some packages hold files for tests that do not compile; pip passes over them, too.
    subprocess.run([python, "-m", "compileall", "-q", "-j", "2", folder], capture_output=True, check=False)
    compiled = weighed()
    plain, mapped = (sum(each[kind] for each in used) for kind in ("unpacked", "whole"))
    whole = sum(each["whole"] for each in compiled)
    print(
        f"  {len(used)} distributions, {mapped / MB:.0f} MB after the first map ({plain / MB:.0f} MB as unpacked); "
        f"with every module compiled {whole / MB:.0f} MB = {whole / MIB:.0f} MiB"
    )
    print("  " + ", ".join(f"{each['name']} {each['whole'] / MB:.0f}" for each in compiled if each["whole"] >= MB))
    faults = []
    if mapped > INSTALLED_BELOW_MB * MB:
        faults.append(f"{mapped / MB:.0f} MB after the first map; expected {INSTALLED_BELOW_MB} at most")
    if whole > COMPILED_BELOW_MIB * MIB:
        faults.append(f"{whole / MIB:.0f} MiB with every module compiled; expected {COMPILED_BELOW_MIB} at most")
    return faults


def check_elsewhere(python: str, home: Path) -> list[str]:
    """Return for which systems a pinned distribution has no wheel; pip only resolves, and installs nothing."""
    version = run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).strip()
    pins = str(ROOT / "requirements" / "run.txt")
    faults = []
    for platform in ELSEWHERE:
        words = [python, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps", "--only-binary", ":all:"]
        words += ["--platform", platform, "--python-version", version, "--implementation", "cp"]
        words += ["--target", str(home / "elsewhere"), "-r", pins]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            faults.append(f"{platform}: {done.stderr.strip().splitlines()[-1]}")
    print(
        f"  Every pinned distribution has a wheel for {', '.join(ELSEWHERE)}."
        if not faults
        else "  Wheels are missing."
    )
    return faults


def follow_readme(source: Path) -> None:
    """Run the lines about installing in README, in the folder of an unpacked sdist, as a reader of this system does."""
    language, shell, ending = "sh", ["sh", "-e"], ".sh"
    if os.name == "nt":
        language, shell, ending = "powershell", ["powershell", "-File"], ".ps1"
    text = (source / "README.md").read_text(encoding="utf-8")
    lines = re.search(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)[1]
    script = source.parent / f"readme{ending}"
    script.write_text(lines, encoding="utf-8")
    told = run([*shell, str(script)], cwd=source).splitlines()
    print(f"\nREADME's lines about installing were run in an unpacked sdist; the last said: {told[-1]}")


def follow_tools(wheel: Path, work: Path) -> None:
    """Install and run by the tools that docs/installing.md names, with the wheel in place of the name."""
    home = work / "tools"
    run([sys.executable, "-m", "venv", str(home)])
    bin_folder = home / ("Scripts" if os.name == "nt" else "bin")
    run([str(bin_folder / "python"), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "pipx", "uv"])
    own = {name: str(home / name) for name in ("PIPX_HOME", "PIPX_BIN_DIR", "UV_CACHE_DIR", "UV_TOOL_DIR")}
    own["UV_TOOL_BIN_DIR"] = str(home / "uv-bin")
    for words in (
        ["uvx", "--from", str(wheel), SCRIPTS[1]],
        ["uv", "tool", "install", str(wheel)],
        ["pipx", "install", str(wheel)],
        ["pipx", "run", "--spec", str(wheel), SCRIPTS[1]],
    ):
        run([str(bin_folder / words[0]), *words[1:]], cwd=home, environment=own)
        print(f"Done in an empty home: {' '.join(words).replace(str(wheel), wheel.name)}")
    for folder in ("PIPX_BIN_DIR", "UV_TOOL_BIN_DIR"):
        for script in SCRIPTS:
            run([shutil.which(script, path=own[folder]) or script], cwd=home)


def offline(home: Path) -> tuple[list[str], dict[str, str], str]:
    """Return what to put before a command so that it has no network, its environment, and how that is done."""
    for cut in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare") and subprocess.run([*cut, "true"], capture_output=True, check=False).returncode == 0:
            return cut, {}, f"without a network ({' '.join(cut)})"
    closed = home / "closed"
    closed.mkdir(exist_ok=True)
    (closed / "sitecustomize.py").write_text(NO_SOCKETS, encoding="utf-8")
    return [], {"PYTHONPATH": str(closed)}, "with sockets closed (this system cannot take the network away)"


def run(words: Sequence[str], *, cwd: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """Run a command as a stranger's terminal would; leave with what it printed where it fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        words, cwd=cwd, env=kept | (environment or {}), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"FAULT: {' '.join(words)} left with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
