"""`resona labels`: what you have said about songs."""

from collections.abc import Mapping

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable, say
from resona.library import Label, Library, n_judgements
from resona.tracks import Track


@click.command("labels")
@click.option("--contradictions", "is_check", is_flag=True, help="List only judgements that cannot both be right.")
@click.option("--remove", multiple=True, type=int, metavar="NUMBER", help="Take this judgement back; may be repeated.")
@click.option("--forget", is_flag=True, help="Forget all judgements of this profile: lists follow the model again.")
@json_option
@pass_context
def command(context: Context, remove: tuple[int, ...], *, is_check: bool, forget: bool, as_json: bool) -> None:
    """List your judgements, and take them back.

    Judgements that contradict each other are marked. What was learned follows from the judgements, so forgetting them
    undoes it. For another profile: `resona --profile dad labels`.
    """
    with context.library() as library:
        teacher = library.labels
        if remove:
            say(f"Taken back: {teacher.take_back(remove)}.")
        if forget:
            say(f"Forgotten: {n_judgements(teacher.forget())} of {teacher.profile!r}. Lists follow the model again.")
        if not (remove or forget):
            _print_labels(library, is_check=is_check, as_json=as_json)


def _print_labels(library: Library, *, is_check: bool, as_json: bool) -> None:
    labels, contradictions = library.labels.judgements, library.labels.contradictions
    against: dict[int, list[int]] = {}
    for found in contradictions:
        against.setdefault(found.first.label_id, []).append(found.second.label_id)
        against.setdefault(found.second.label_id, []).append(found.first.label_id)
    shown = [label for label in labels if not is_check or label.label_id in against]
    ids = {track_id for label in shown for track_id in label.track_ids}
    tracks = {track.track_id: track for track in library.tracks.of(sorted(ids))}
    if as_json:
        print_json([_as_dict(label, tracks, against.get(label.label_id, [])) for label in shown])
        return
    for label in shown:
        others = ", ".join(map(str, against.get(label.label_id, [])))
        click.echo(f"{label.label_id:>5}  {_in_words(label, tracks)}" + (f"  (against {others})" if others else ""))
    if not shown:
        say("No judgement contradicts another." if is_check else "There are no judgements yet: `resona teach` asks.")


def _in_words(label: Label, tracks: Mapping[int, Track]) -> str:
    a, b = (printable(tracks[track_id].label) for track_id in (label.a, label.b))
    if label.c is not None:
        return f"{printable(tracks[label.c].label)} is the odd one beside {a} and {b}"
    return f"{a} and {b} are {'alike' if label.value >= 0.5 else 'different'}"


def _as_dict(label: Label, tracks: Mapping[int, Track], against: list[int]) -> dict[str, object]:
    paths = {name: str(tracks[track_id].path) for name, track_id in zip("abc", label.track_ids, strict=False)}
    return {
        "label_id": label.label_id,
        "kind": label.kind,
        "c": None,
        **paths,
        "value": label.value,
        "strength": label.strength,
        "source": label.source,
        "labelled_at": label.labelled_at,
        "against": against,
    }
