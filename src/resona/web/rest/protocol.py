"""The envelope of every answer, as XML, JSON or JSONP.

Answers are dictionaries. In JSON they are written as they are; in XML, values are attributes, dictionaries and lists
elements; `value` is the text of its element, and a similarity is an element of its own.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from starlette.responses import Response

from resona import __version__

Answer = Mapping[str, Any]

VERSION = "1.16.1"
OLD_VERSION = "1.12.0"  # what DSub knows; told of more, it refuses
OLD_CLIENTS = frozenset({"DSub"})
NAMESPACE = "http://subsonic.org/restapi"
CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,60}(\.[A-Za-z_$][\w$]{0,60}){0,5}", re.ASCII)
ELEMENTS = frozenset({"similarity"})
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0, however escaped

GENERIC, MISSING, WRONG_LOGIN, CONFLICT, WRONG_KEY, NOT_ALLOWED, NOT_FOUND = 0, 10, 40, 43, 44, 50, 70


class RestError(Exception):
    """What is answered with the status "failed".

    Parameters
    ----------
    code
        One of the specification's.
    message
        One sentence, for people.
    http_status
        The specification wants 200, even for failures.
    """

    def __init__(self, code: int, message: str, *, http_status: int = 200) -> None:
        super().__init__(message)
        self.code, self.message, self.http_status = code, message, http_status


@dataclass(frozen=True, slots=True)
class Form:
    """The form in which a client wants its answers.

    Attributes
    ----------
    is_json
        Otherwise XML.
    callback
        The function that is called with the JSON; empty for none.
    is_old
        The client knows nothing of OpenSubsonic, and refuses it.
    """

    is_json: bool = False
    callback: str = ""
    is_old: bool = False

    @classmethod
    def wanted(cls, name: str, callback: str, client: str) -> "Form":
        """Read the parameters `f`, `callback` and `c`; a callback that is not the name of a function is not called."""
        is_callable = name == "jsonp" and CALLBACK.fullmatch(callback)
        return cls(name in ("json", "jsonp"), callback if is_callable else "", client in OLD_CLIENTS)

    def write(self, answer: Answer) -> Response:
        """Write what was asked for."""
        return self._write({"status": "ok", **self._about, **answer}, 200)

    def write_failure(self, failure: RestError) -> Response:
        """Write why there is no answer."""
        error = {"code": failure.code, "message": failure.message}
        return self._write({"status": "failed", **self._about, "error": error}, failure.http_status)

    @property
    def _about(self) -> Answer:
        if self.is_old:
            return {"version": OLD_VERSION}
        return {"version": VERSION, "type": "resona", "serverVersion": __version__, "openSubsonic": True}

    def _write(self, content: Answer, status: int) -> Response:
        if not self.is_json:
            return Response(to_xml(content), status, media_type="application/xml")
        text = json.dumps({"subsonic-response": content}, separators=(",", ":"))
        if self.callback:
            return Response(f"{self.callback}({text});", status, media_type="application/javascript")
        return Response(text, status, media_type="application/json")


def to_xml(content: Answer) -> bytes:
    """Write an answer as XML.

    Examples
    --------
    >>> print(to_xml({"status": "ok", "genres": {"genre": [{"value": "R&B", "songCount": 2}]}}).decode())
    <?xml version='1.0' encoding='utf-8'?>
    <subsonic-response xmlns="http://subsonic.org/restapi" status="ok"><genres><genre
    songCount="2">R&amp;B</genre></genres></subsonic-response>
    """
    root = ElementTree.Element("subsonic-response", xmlns=NAMESPACE)
    _fill(root, content)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: ElementTree.Element, content: Answer) -> None:
    for name, value in content.items():
        if isinstance(value, Mapping):
            _fill(ElementTree.SubElement(element, name), value)
        elif isinstance(value, list):
            for item in value:
                _add(element, name, item)
        elif name in ELEMENTS:
            _add(element, name, value)
        elif name == "value":
            element.text = _text(value)
        else:
            element.set(name, _text(value))


def _add(element: ElementTree.Element, name: str, item: Any) -> None:
    child = ElementTree.SubElement(element, name)
    if isinstance(item, Mapping):
        _fill(child, item)
    else:
        child.text = _text(item)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", str(value))
