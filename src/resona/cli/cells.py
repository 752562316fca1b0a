"""How many cells of a terminal does a text take?"""

import unicodedata


def n_cells(text: str) -> int:
    """Count them: two for wide letters, none for accents of their own.

    Examples
    --------
    >>> n_cells("Björk"), n_cells("夜に駆ける"), n_cells("e\N{COMBINING ACUTE ACCENT}")
    (5, 10, 1)
    """
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def fitted(text: str, width: int, *, is_right: bool = False) -> str:
    """Cut or fill a text, so that it takes just so many cells.

    Examples
    --------
    >>> fitted("Sinnerman", 5), fitted("夜に駆ける", 6), fitted("12", 4, is_right=True)
    ('Sinn…', '夜に… ', '  12')
    """
    if n_cells(text) > width:
        text = text[:width]
        while n_cells(text) > width - 1:
            text = text[:-1]
        text += "…"
    padding = " " * (width - n_cells(text))
    return padding + text if is_right else text + padding


def _cells_of(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
