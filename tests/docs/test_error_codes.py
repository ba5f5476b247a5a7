"""Every error code in the code is documented, with the status that it is really answered with, and no other is."""

import re
from pathlib import Path

from auralis.api.error_codes import CODES
from auralis.api.problems import status_of
from auralis.model import errors

SOURCE = "\n".join(
    path.read_text()
    for path in Path(errors.__file__).parents[1].rglob("*.py")
    if path.name != "error_codes.py" and "web" not in path.parts
)
RAISED = set(re.findall(r"""code ?= ?"([A-Z_]+)\"""", SOURCE))
RAISED |= set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)" if ', SOURCE)) & CODES.keys()
RAISED |= set(re.findall(r"HTTPStatus\.(METHOD_NOT_ALLOWED|UPGRADE_REQUIRED)", SOURCE))
RAISED |= {f"{noun.upper()}_NOT_FOUND" for noun in re.findall(r'NotFoundError\("([a-z]+)"', SOURCE)}


def test_every_code_is_documented_and_no_other() -> None:
    assert CODES.keys() == RAISED


def of_the_tree() -> dict[str, type[errors.AuralisError]]:
    """Return the kind of error that each code stands beside in the tree."""
    found: dict[str, type[errors.AuralisError]] = {}
    kind = errors.AuralisError
    for line in (errors.__doc__ or "").splitlines():
        words = re.findall(r"[A-Za-z_]+", line)
        if not re.match("[│├└ ]", line) or not words:
            continue
        kind = getattr(errors, words[0], kind)
        for word in words:
            code = word + "NOT_FOUND" if word.endswith("_") else word
            if code.isupper():
                found.setdefault(code, kind)
    return found | {"INTERNAL_ERROR": errors.AuralisError}


def test_the_documented_status_is_the_one_that_is_answered() -> None:
    tree = of_the_tree()
    assert tree.keys() == CODES.keys()
    for code, kind in tree.items():
        error = kind.__new__(kind)
        errors.AuralisError.__init__(error, "x", code=code)
        assert status_of(error) == CODES[code][0], code
