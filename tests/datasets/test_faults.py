"""Runs that are killed, workers that share the work, partitions that do not fit, and what is refused."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import distributed
import pandas as pd
import pytest

import impactmap as im
from impactmap.datasets import store
from impactmap.datasets.partitions import find_files, find_partitions
from impactmap.datasets.running import Runner
from impactmap.datasets.stages import load_setting, store_setting
from impactmap.model.errors import InputError, TableError

NOW = dt.datetime(2025, 4, 20, tzinfo=dt.UTC)
#: Builds a dataset and is killed when so many results were kept.
KILLED = """
import os, signal, sys, datetime as dt
import impactmap as im
from impactmap.datasets import gathering, stages
from impactmap.datasets.published import grouping, tiles
source, out, work, least = sys.argv[1:]
done = 0
def killing(value, path, keep=stages.store_json):
    global done
    keep(value, path)
    done += 1
    if done == int(least):
        os.kill(os.getpid(), signal.SIGKILL)
for module in (stages, gathering, grouping, tiles):
    module.store_json = killing
now = dt.datetime(2025, 4, 20, tzinfo=dt.timezone.utc)
im.open_dataset(source, now=now, title="Killed", work=work, file_rows=40).build(out)
"""


def seals(folder):
    return json.loads((folder / "manifest.json").read_text())["seal"]


@pytest.fixture(scope="module")
def reports(parted, mixed_table):
    return parted(mixed_table(90), 3)


@pytest.fixture(scope="module")
def whole(reports, tmp_path_factory):
    """The folder that no fault disturbed."""
    out = tmp_path_factory.mktemp("whole") / "map"
    im.open_dataset(reports, now=NOW, title="Killed", file_rows=40).build(out)
    return out


@pytest.mark.parametrize("least", [2, 9, 19])
def test_a_run_that_was_killed_goes_on_with_what_is_whole(reports, whole, tmp_path, least):
    out, work = tmp_path / "map", tmp_path / "work"
    command = [sys.executable, "-c", KILLED, str(reports), str(out), str(work), str(least)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    assert not out.exists()
    kept = {path: path.stat().st_mtime_ns for path in work.glob("read/*/about.json")}
    assert kept
    im.open_dataset(reports, now=NOW, title="Killed", work=work, file_rows=40).build(out)
    assert seals(out) == seals(whole)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_a_worker_that_is_killed_is_replaced(reports, whole, tmp_path):
    work = tmp_path / "work"
    killed = []

    def kill_one(client):
        """Kill a worker as soon as something was read."""
        end = time.monotonic() + 60
        while not list(work.glob("read/*/about.json")) and time.monotonic() < end:
            time.sleep(0.01)
        killed.append(next(iter(client.run(os.getpid).values())))
        os.kill(killed[0], signal.SIGKILL)

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        killer = threading.Thread(target=kill_one, args=(client,))
        killer.start()
        dataset = im.open_dataset(reports, now=NOW, title="Killed", file_rows=40, work=work, scheduler=client)
        dataset.build(tmp_path / "map")
        killer.join()
    assert killed
    assert seals(tmp_path / "map") == seals(whole)


@pytest.mark.parametrize("after", [1, 8, 20])
def test_a_disk_that_is_full_leaves_the_folder_and_the_next_run_goes_on(reports, whole, tmp_path, monkeypatch, after):
    out, work = tmp_path / "map", tmp_path / "work"
    shutil.copytree(whole, out)
    kept = store._write
    left = iter(range(after))

    def write(table, path):
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        kept(table, path)

    monkeypatch.setattr(store, "_write", write)
    with pytest.raises(OSError, match="No space left"):
        im.open_dataset(reports, now=NOW, title="Killed", work=work, file_rows=40).build(out)
    assert im.verify_folder(out) == []
    assert seals(out) == seals(whole)
    assert not list(work.rglob(".*"))
    monkeypatch.undo()
    im.open_dataset(reports, now=NOW, title="Killed", work=work, file_rows=40).build(tmp_path / "again")
    assert seals(tmp_path / "again") == seals(whole)


def test_a_partition_that_cannot_be_read_is_named_and_nothing_is_written(reports, tmp_path):
    folder, out = tmp_path / "reports", tmp_path / "map"
    shutil.copytree(reports, folder)
    dataset = im.open_dataset(folder, now=NOW, title="Killed", file_rows=40, work=tmp_path / "work")
    (broken,) = folder.glob("*001.parquet")
    content = broken.read_bytes()
    # Its end is what a reader of Parquet begins with.
    broken.write_bytes(content[: len(content) // 2])
    with pytest.raises(TableError, match=broken.name):
        dataset.build(out)
    with pytest.raises(TableError, match=f"{broken.name}: expected Parquet, found a damaged file"):
        im.open_dataset(folder, now=NOW)
    assert not out.exists()


def test_a_day_that_is_delivered_later_leaves_the_other_months_as_they_are(reports, tmp_path, mixed_table):
    out, work = tmp_path / "map", tmp_path / "work"
    im.open_dataset(reports, now=NOW, title="Daily", work=work).build(out)
    before = {path.name for path in out.glob("events-*.parquet")}
    later = mixed_table(30, seed=8).assign(date="19.04.2025")
    later.to_parquet(reports / "zz-later.parquet", index=False)
    try:
        report = im.open_dataset(reports, now=NOW + dt.timedelta(days=9), title="Daily", work=work).build(out)
    finally:
        (reports / "zz-later.parquet").unlink()
    after = {path.name for path in out.glob("events-*.parquet")}
    assert {name[:14] for name in before - after} <= {"events-2025-04"}
    assert len(before & after) >= 3
    assert report.partitions == 4


def test_two_workers_give_the_same_bytes(reports, whole, tmp_path):
    dataset = im.open_dataset(reports, now=NOW, title="Killed", file_rows=40, scheduler=2)
    dataset.build(tmp_path / "map")
    assert seals(tmp_path / "map") == seals(whole)


def test_a_sample_decides_for_all_and_what_does_not_fit_is_listed(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    rows = [{"date": f"{day:02}/{month:02}/2025", "place": "Erdenet"} for month in (1, 2) for day in range(1, 29)]
    for name in ("a.csv", "c.csv"):
        pd.DataFrame(rows).to_csv(folder / name, index=False)
    pd.DataFrame([{"date": "02/25/2025", "place": "Erdenet"}, {"date": "03/02/2025", "place": "Darkhan"}]).to_csv(
        folder / "b.csv", index=False
    )
    dataset = im.open_dataset(folder, now=NOW, sample_rows=40)
    events = dataset.events.compute()
    assert events["date_start"].max() == pd.Timestamp("2025-02-28")
    assert events.loc[events["place"] == "Darkhan", "date_start"].tolist() == [pd.Timestamp("2025-02-03")]
    assert dataset.rejected[["partition", "row", "column"]].to_numpy().tolist() == [["b.csv", 2, "date"]]


def test_folders_name_values_and_headers_may_be_lacking(tmp_path):
    for country, place in (("MN", "Erdenet"), ("KE", "Mombasa")):
        folder = tmp_path / "reports" / f"country={country}"
        folder.mkdir(parents=True)
        extra = {"killed": "2"} if country == "KE" else {}
        line = pd.DataFrame([{"date": "2025-03-01", "place": place, **extra}])
        line.to_json(folder / "part.jsonl", orient="records", lines=True)
    dataset = im.open_dataset(tmp_path / "reports" / "*" / "*.jsonl", now=NOW)
    events = dataset.events.compute()
    assert sorted(events["place_country"]) == ["KE", "MN"]
    assert dataset.total("killed")["high"].tolist() == [2.0]


def test_large_files_are_cut_between_their_row_groups(tmp_path):
    table = pd.DataFrame({"date": ["2025-03-01"] * 100, "place": ["Erdenet"] * 100})
    table.to_parquet(tmp_path / "one.parquet", index=False, row_group_size=10)
    parts = find_partitions(tmp_path, cells_folder=tmp_path / "cells", most_rows=35)
    assert [(part.first, part.rows, part.skip) for part in parts] == [
        (0, 30, 0),
        (30, 30, 30),
        (60, 30, 60),
        (90, 10, 90),
    ]


def test_a_large_row_group_is_cut_too_and_every_row_is_read_once(tmp_path):
    table = pd.DataFrame(
        {"date": ["2025-03-01"] * 50, "place": ["Erdenet"] * 50, "event_id": [f"e{n}" for n in range(50)]}
    )
    table.loc[17, "date"] = "31.02.2025"
    table.to_parquet(tmp_path / "one.parquet", index=False, row_group_size=40)
    dataset = im.open_dataset(tmp_path, now=NOW, partition_rows=15)
    assert [(part.first, part.rows, part.offset) for part in dataset.partitions] == [
        (0, 15, 0), (15, 15, 15), (30, 10, 30), (40, 10, 0),
    ]  # fmt: skip
    assert sorted(dataset.events.compute()["event_id"]) == sorted(table["event_id"].drop(17))
    assert dataset.rejected[["row", "column"]].to_numpy().tolist() == [[18, "date"]]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "found none"),
        (["a.xlsx"], "expected a partition as Parquet, CSV or JSON lines"),
        (["b.parquet"], "nothing at"),
    ],
)
def test_what_is_no_dataset_is_refused(tmp_path, names, message):
    (tmp_path / "a.xlsx").touch()
    with pytest.raises(TableError, match=message):
        find_files([tmp_path / name for name in names])


def test_a_dataset_without_a_row_that_can_be_used_says_why(tmp_path):
    for name, dates in (("a.csv", ["31.02.2025"] * 3), ("b.csv", [])):
        pd.DataFrame({"date": dates, "place": ["Erdenet"] * len(dates)}).to_csv(tmp_path / name, index=False)
    message = r"found none of 3(.|\n)*Column 'date', 3 times, such as a.csv, row 2: expected a day"
    with pytest.raises(TableError, match=message):
        im.open_dataset(tmp_path, now=NOW).build(tmp_path / "map")
    assert not (tmp_path / "map").exists()
    pd.DataFrame({"date": ["2025-04-20"], "place": ["Erdenet"]}).to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(TableError, match="Events held back by the embargo: 1"):
        im.open_dataset(tmp_path, now=NOW).count()


def test_a_partition_without_rows_is_one(tmp_path):
    pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]}).to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "b.csv").write_text("date,place\n")
    pd.DataFrame({"date": [], "place": []}).to_parquet(tmp_path / "c.parquet", index=False)
    assert im.open_dataset(tmp_path, now=NOW).count()["best"].tolist() == [1]


def test_positions_in_one_column_are_not_decided_by_a_sample(tmp_path):
    table = pd.DataFrame({"date": ["2025-03-01"], "coordinates": ["49.03, 104.06"]})
    table.to_parquet(tmp_path / "one.parquet", index=False)
    with pytest.raises(TableError, match="the positions stand in one column, 'coordinates'"):
        im.open_dataset(tmp_path, now=NOW)


@pytest.mark.parametrize("name", ["spark", "0"])
def test_a_scheduler_that_is_none_is_refused(name):
    with pytest.raises(InputError, match="scheduler: expected"):
        Runner(name)


def test_nobody_at_the_address(monkeypatch):
    import distributed

    def refuse(*_args, **_kwargs):
        raise OSError("timed out")

    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(InputError, match=r"nobody answers at tcp://127.0.0.1:1"):
        Runner("tcp://127.0.0.1:1")(len, [[1]])


def test_threads_run_what_one_thread_runs():
    assert Runner("threads")(len, [[1], [1, 2]]) == Runner()(len, [[1], [1, 2]]) == [1, 2]


def test_what_another_puts_into_the_work_folder_is_not_run(tmp_path):
    class Harm:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "harm",))

    path = store_setting(im.Project(), tmp_path)
    assert load_setting(path) == im.Project()
    path.write_bytes(pickle.dumps(Harm()))
    load_setting.cache_clear()
    with pytest.raises(InputError, match="expected the setting that this run wrote"):
        load_setting(path)
    assert not (tmp_path / "harm").exists()
