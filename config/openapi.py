"""The last touch on the API's description: each operation gets a title that people can read.

Not here: the operations; their docstrings are where the titles come from.
"""

from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")


def title_operations(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """The first sentence of a description becomes the summary: documentation pages show it as the
    operation's title, and would show `bans_list` otherwise."""
    for path in result["paths"].values():
        for method in _METHODS:
            operation = path.get(method)
            if not operation or operation.get("summary") or not operation.get("description"):
                continue
            sentence, _, rest = operation["description"].replace("\n", " ").partition(". ")
            operation["summary"] = sentence.strip().removesuffix(".")
            operation["description"] = rest.strip()
            if not operation["description"]:
                del operation["description"]
    return result
