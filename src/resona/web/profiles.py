"""The profiles: whose judgements lists may follow. Every request may name one."""

from dataclasses import dataclass

from fastapi import APIRouter

from resona.web.state import Shared

router = APIRouter(prefix="/profiles", tags=["teach"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """Somebody's taste; `is_current` where this request follows it, `is_usual` where one that names none does."""

    name: str
    n_judgements: int
    is_current: bool
    is_usual: bool


@router.get("")
def profiles(state: Shared) -> list[ProfileView]:
    """List the profiles that have judged, the server's own, and the one that asks."""
    usual, current = state.library.labels, state.labels
    known = dict.fromkeys([*usual.profiles, usual.profile, current.profile])
    return [
        ProfileView(
            name=name,
            n_judgements=len(usual.of(name).judgements),
            is_current=name == current.profile,
            is_usual=name == usual.profile,
        )
        for name in known
    ]


@router.delete("/current")
def forget(state: Shared) -> list[ProfileView]:
    """Forget all judgements of the profile that asks: its lists follow the model again."""
    state.labels.forget()
    return profiles(state)
