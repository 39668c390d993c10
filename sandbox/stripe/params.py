"""Form-encoded parameters with nested names (`metadata[colour]`, `expand[]`), decoded and read by type.

Which parameters an endpoint takes is said in `routes`. A card number is turned away here, before anything is kept.
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from sandbox.stripe.errors import JsonObject, ParameterError

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_CARD_SECRETS = {"number", "cvc", "exp_month", "exp_year"}
_CARD_PARENTS = {"card", "payment_method_data", "source"}
_MAX_DEPTH = 5


def decode_form(raw: str) -> list[tuple[str, str]]:
    """The pairs as sent. Raises ParameterError on broken names and on anything that looks like raw card data."""
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=1000, errors="strict")
    except ValueError as problem:
        raise ParameterError("The request parameters could not be decoded. Send them form-encoded.") from problem
    for name, _ in pairs:
        path = _split(name)
        if len(path) > 1 and path[-1] in _CARD_SECRETS and _CARD_PARENTS & set(path[:-1]):
            raise ParameterError(
                "Card numbers are never accepted here. Use a test payment method such as pm_card_visa instead.",
                param=name,
                code="card_number_refused",
            )
    return pairs


def _split(name: str) -> list[str]:
    match = _NAME.match(name)
    if match is None:
        raise ParameterError("A parameter name is malformed. Nested names look like metadata[key].", param=name)
    path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    if len(path) > _MAX_DEPTH:
        raise ParameterError("A parameter is nested too deeply.", param=name)
    return path


def build_tree(pairs: Iterable[tuple[str, str]]) -> JsonObject:
    """Nest the pairs: `a[b]=1` becomes {"a": {"b": "1"}}; `a[]=1` and `a[0]=1` become {"a": {"0": "1"}}."""
    tree: JsonObject = {}
    for name, value in pairs:
        *parents, last = _split(name)
        node = tree
        for step in parents:
            child = node.setdefault(step or str(len(node)), {})
            if not isinstance(child, dict):
                raise ParameterError(f"{name} is given both as a value and as a list or hash.", param=name)
            node = child
        node[last or str(len(node))] = value
    return tree


class Params:
    """One request's parameters, read by name and type; every refusal names the parameter."""

    def __init__(self, tree: JsonObject) -> None:
        self._tree = tree

    def __contains__(self, name: str) -> bool:
        return name in self._tree

    def refuse_unknown(self, known: frozenset[str]) -> None:
        for name in self._tree:
            if name not in known:
                raise ParameterError(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")

    def text(self, name: str) -> str | None:
        value = self._tree.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise ParameterError(f"Invalid string: {name} must be a single value.", param=name)
        if len(value) > 5000:
            raise ParameterError(f"Invalid string: {name} must be at most 5000 characters.", param=name)
        return value

    def require_text(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise ParameterError(f"Missing required param: {name}.", param=name, code="parameter_missing")
        return value

    def integer(self, name: str) -> int | None:
        value = self.text(name)
        if value is None:
            return None
        if not re.fullmatch(r"-?\d{1,15}", value):
            raise ParameterError(f"Invalid integer: {name}", param=name, code="parameter_invalid_integer")
        return int(value)

    def require_integer(self, name: str) -> int:
        value = self.integer(name)
        if value is None:
            raise ParameterError(f"Missing required param: {name}.", param=name, code="parameter_missing")
        return value

    def boolean(self, name: str, default: bool = False) -> bool:
        value = self.text(name)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise ParameterError(f"Invalid boolean: {name}", param=name)
        return value == "true"

    def choice(self, name: str, options: Iterable[str]) -> str | None:
        value = self.text(name)
        if value is not None and value not in options:
            raise ParameterError(f"Invalid {name}: must be one of {', '.join(options)}", param=name)
        return value

    def url(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not re.match(r"https?://[^/\s]+", value):
            raise ParameterError("Not a valid URL", param=name, code="url_invalid")
        return value

    def mapping(self, name: str) -> JsonObject | None:
        value = self._tree.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise ParameterError(f"Invalid hash: {name}", param=name, code="parameter_invalid_empty")
        return value

    def nested(self, name: str) -> "Params":
        return Params(self.mapping(name) or {})

    def texts(self, name: str) -> list[str]:
        return [str(value) for value in (self.mapping(name) or {}).values()]

    def kept(self, names: Iterable[str]) -> JsonObject:
        """Parameters the sandbox does not act on but gives back as they came."""
        return {name: self._tree[name] for name in names if self._tree.get(name) not in (None, "")}


def merge_metadata(old: dict[str, str], params: Params) -> dict[str, str]:
    """Stripe's rule: named keys are set, an empty value removes its key, `metadata=` alone removes all."""
    if "metadata" not in params:
        return old
    given = params.mapping("metadata")
    if given is None:
        return {}
    merged = {**old, **given}
    for key, value in given.items():
        if not isinstance(value, str):
            raise ParameterError("Metadata values must be strings.", param=f"metadata[{key}]")
        if len(key) > 40 or len(value) > 500:
            raise ParameterError(
                "Metadata keys have at most 40 characters and values at most 500.",
                param=f"metadata[{key}]",
            )
    merged = {key: value for key, value in merged.items() if value != ""}
    if len(merged) > 50:
        raise ParameterError("Metadata can have at most 50 keys.", param="metadata")
    return merged
