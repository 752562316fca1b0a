"""`resona doctor`: what to put right in the library, and why it matters."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable, say

N_SHOWN = 10


@click.command("doctor")
@click.option("--all", "is_all", is_flag=True, help=f"List every track, not only {N_SHOWN} of each kind.")
@json_option
@pass_context
def command(context: Context, *, is_all: bool, as_json: bool) -> None:
    """Find wrong genres, duplicates, unknown artists, hubs, and tracks that no list ever shows."""
    with context.library() as library:
        findings = library.measures.examine()
    if as_json:
        print_json(
            [
                {
                    "kind": finding.kind,
                    "why": finding.why,
                    "tracks": [
                        {"track_id": track.track_id, "path": str(track.path), "detail": detail}
                        for track, detail in zip(finding.tracks, finding.details, strict=True)
                    ],
                }
                for finding in findings
            ]
        )
        return
    for finding in findings:
        click.secho(f"{finding.kind}: {len(finding.tracks)} tracks", bold=True)
        click.echo(f"  {finding.why}")
        shown = finding.tracks if is_all else finding.tracks[:N_SHOWN]
        for track, detail in zip(shown, finding.details, strict=False):
            click.echo(f"    {printable(track.label)}" + (f"  ({detail})" if detail else ""))
    if not findings:
        say("Nothing to put right.")
