"""The command that drafts events from articles."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from impactmap.cli.gazetteers import gazetteers_option
from impactmap.cli.options import json_option
from impactmap.cli.report import counted, print_json, progress_shown, say

__all__ = ["draft"]


def _day(_context: click.Context, _option: click.Parameter, value: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        raise click.BadParameter("expected a day as 2025-11-09.") from None


@click.command(epilog="Example: impactmap draft article.txt -o my-map --published 2025-11-09")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="PROJECT",
    help="Folder of the project; made where there is none.",
)  # fmt: skip
@click.option("--published", callback=_day, metavar="DAY", help="Day of publication: 'on Sunday' is counted from it.")
@click.option("--outlet", default="", metavar="NAME", help="Who published it.")
@click.option("--url", default="", metavar="ADDRESS", help="Where it was published.")
@click.option("--from", "near", default="", metavar="PLACE", help="A place that it is about, or the publisher's own.")
@click.option("--language", type=click.Choice(["en", "uk", "ru"]), help="Of the text; told by its words otherwise.")
@click.option("--command", metavar="PROGRAM", help="Ask this program for drafts, too: JSON in, JSON out.")
@click.option("--http", metavar="ADDRESS", help="Ask this address for drafts, too; needs --send each time.")
@click.option("--send", is_flag=True, help="Send the articles' texts to the address of --http.")
@gazetteers_option
@json_option
def draft(
    articles: tuple[Path, ...], *, output: Path, near: str, gazetteers: Path, as_json: bool, **known: Any
) -> None:
    """Draft events from articles, each field with the words it was read from.

    ARTICLE is a text, an HTML page, RSS or Atom, Telegram's result.json, or a folder of them. Drafts go into
    PROJECT/drafts.jsonl, for an editor to confirm, change or reject: nothing unconfirmed is published. The texts are
    kept in PROJECT/articles, and never published. No request is made unless --http and --send say so; of what others
    suggest only that is taken which our own readers read in the text.
    """
    from impactmap.articles.project import draft_into, prepare_project
    from impactmap.articles.sources.reading import read_articles
    from impactmap.places.gazetteer.gazetteers import open_gazetteer

    suggesters = _suggesters(known.pop("command"), known.pop("http"), send=known.pop("send"))
    read = read_articles(articles, **{name: value for name, value in known.items() if value})
    countries = prepare_project(output)
    with progress_shown() as progress:
        report = draft_into(
            output,
            read,
            countries=countries,
            near=near,
            gazetteer=open_gazetteer(gazetteers),
            suggesters=suggesters,
            progress=progress,
        )
    if as_json:
        print_json(report.to_dict())
        return
    for note in report.notes:
        say(f"Note: {note}", error=True)
    told = [each for each in report.drafts if each.status == "draft"]
    for each in told:
        where = ", ".join(place.name or place.text for place in each.places)
        days = list(dict.fromkeys((each.date.start, each.date.end))) if each.date else ["no day"]
        side = each.side.value if each.side else "side not stated"
        say(f"{each.id}  {' to '.join(days)}  {where}  {side}")
    aside = len(report.drafts) - len(told)
    say(
        f"{counted(report.articles, 'article')}: {counted(len(told), 'draft')}, {counted(aside, 'passage')} set aside. "
        f"In {output}, {report.waiting:,} wait for an editor and {report.confirmed:,} are confirmed."
    )
    if report.dropped:
        told_why = "; ".join(f"{why} {count:,}" for why, count in report.dropped.items())
        say(f"Suggested, and not in the text: {told_why}.")
    if report.orphans:
        say(f"Decisions whose words are no longer read as they were: {report.orphans:,}; look at them again.")


def _suggesters(command: str | None, address: str | None, *, send: bool) -> dict[str, Any]:
    """Return whom to ask beside the rules, by their names."""
    from impactmap.articles.suggesting.suggesters import command_suggester, http_suggester, suggester_name

    if address and not send:
        raise click.UsageError("--http sends the articles' texts to its address: say so with --send, each time.")
    if send and not address:
        raise click.UsageError("--send needs --http: the address to send the texts to.")
    found = {suggester_name(command=command): command_suggester(command)} if command else {}
    return found | ({suggester_name(address=address): http_suggester(address)} if address else {})
