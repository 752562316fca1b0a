"""What does a client ask? The parameters of the address and of a form together."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from resona.web.rest.protocol import GENERIC, MISSING, RestError

MOST_PARAMETERS = 200_000


class Parameters:
    """Names and values, of which some come several times.

    Parameters
    ----------
    parts
        The query of the address and the body of a form, undecoded.

    Raises
    ------
    RestError
        If there are far too many.

    Examples
    --------
    >>> asked = Parameters(["u=phone&id=tr-1", "id=tr-2&count=-3"])
    >>> asked.text("u"), asked.all("id"), asked.number("count", 10, most=500)
    ('phone', ['tr-1', 'tr-2'], 0)
    """

    def __init__(self, parts: Sequence[str]) -> None:
        self._values: dict[str, list[str]] = {}
        for part in parts:
            try:
                pairs = parse_qsl(part, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
            except ValueError as error:
                raise RestError(GENERIC, f"there are more than {MOST_PARAMETERS} parameters") from error
            for name, value in pairs:
                self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def all(self, name: str) -> list[str]:
        """Give all values of a name; none where it is not there."""
        return self._values.get(name, [])

    def text(self, name: str) -> str:
        """Give the value of a name.

        Raises
        ------
        RestError
            If it is missing.
        """
        if name not in self._values:
            raise RestError(MISSING, f"the parameter {name!r} is missing")
        return self._values[name][0]

    def optional(self, name: str) -> str | None:
        """Give the value of a name, or None."""
        return self._values[name][0] if name in self._values else None

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1 << 40) -> int:
        """Give a whole number, brought into its range.

        Raises
        ------
        RestError
            If it is none.
        """
        text = self.optional(name)
        if text is None or not text.strip():
            return default
        digits = text.strip().removeprefix("-").removeprefix("+")
        if not (digits.isascii() and digits.isdecimal()):
            raise RestError(GENERIC, f"the parameter {name!r} must be a whole number")
        number = int(digits[:18]) * (-1 if text.strip().startswith("-") else 1)
        return min(max(number, least), most)

    def flag(self, name: str, *, default: bool) -> bool:
        """Give a yes or no."""
        text = self.optional(name)
        return default if text is None else text.strip().lower() in ("true", "1", "yes")
