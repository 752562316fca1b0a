"""The players that may ask: let in, shown with what they need to log in, and shut out again."""

import io
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from resona.library import Player
from resona.web.state import Shared

MOST_LETTERS = 64

Name = Annotated[str, Query(min_length=1, max_length=MOST_LETTERS, description="Of a player.")]

router = APIRouter(prefix="/players", tags=["players"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerView:
    """A player: it logs in at `address` as `name`, with `key` as its password or as its API key."""

    name: str
    profile: str
    added_at: str
    key: str
    address: str


class NewPlayer(BaseModel):
    """A player to let in; without a profile, its lists follow the page's."""

    name: str = Field(min_length=1, max_length=MOST_LETTERS)
    profile: str | None = Field(None, min_length=1, max_length=MOST_LETTERS)


@router.get("")
def players(state: Shared, request: Request) -> list[PlayerView]:
    """List the players that may ask, with their keys."""
    return [_view(player, request) for player in state.library.players.all()]


@router.post("", status_code=201)
def add(state: Shared, request: Request, wanted: NewPlayer) -> PlayerView:
    """Let a player in, with a new key."""
    profile = wanted.profile or state.labels.profile
    return _view(state.library.players.add(wanted.name, profile=profile), request)


@router.delete("")
def revoke(state: Shared, request: Request, name: Name) -> list[PlayerView]:
    """Shut a player out at once, and list the others."""
    state.library.players.revoke(name)
    return players(state, request)


@router.get("/code.svg", response_class=Response)
def code(state: Shared, request: Request, name: Name) -> Response:
    """Draw what a player needs as a QR code: address, name and key, a line each."""
    import segno

    view = _view(state.library.players.get(name), request)
    content = io.BytesIO()
    text = f"{view.address}\n{view.name}\n{view.key}"
    segno.make(text, error="m", micro=False).save(content, kind="svg", scale=4, light="white")
    headers = {"cache-control": "no-store", "content-security-policy": "default-src 'none'; sandbox"}
    return Response(content.getvalue(), media_type="image/svg+xml", headers=headers)


def _view(player: Player, request: Request) -> PlayerView:
    return PlayerView(
        name=player.name,
        profile=player.profile,
        added_at=player.added_at,
        key=player.secret,
        address=str(request.base_url).rstrip("/"),
    )
