"""A board as an `.excalidraw` file: the scene format that Excalidraw opens, with every key it expects."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

Element = Mapping[str, Any]

_COMMON: Final[dict[str, Any]] = {
    "angle": 0,
    "strokeColor": "#1e1e1e",
    "backgroundColor": "transparent",
    "fillStyle": "solid",
    "strokeWidth": 2,
    "strokeStyle": "solid",
    "roughness": 1,
    "opacity": 100,
    "groupIds": [],
    "frameId": None,
    "roundness": None,
    "isDeleted": False,
    "boundElements": None,
    "link": None,
    "locked": False,
    "version": 1,
    "updated": 1,
}
_TEXT: Final[dict[str, Any]] = {
    "fontSize": 20, "fontFamily": 5, "textAlign": "left", "verticalAlign": "top", "containerId": None, "autoResize": True,
    "lineHeight": 1.25,
}  # fmt: skip
_LINE: Final[dict[str, Any]] = {
    "points": [], "lastCommittedPoint": None, "startBinding": None, "endBinding": None, "startArrowhead": None,
    "endArrowhead": None,
}  # fmt: skip
_OWN: Final[dict[str, dict[str, Any]]] = {
    "text": _TEXT,
    "line": {**_LINE, "polygon": False},
    "arrow": {**_LINE, "elbowed": False},
    "freedraw": {"points": [], "pressures": [], "simulatePressure": True, "lastCommittedPoint": None},
    "image": {"fileId": None, "status": "saved", "scale": [1, 1], "crop": None},
    "frame": {"name": None},
}


def full_elements(elements: Iterable[Element]) -> list[dict[str, Any]]:
    """Return the live elements in order of painting with all keys written out and bound elements listed on their targets.

    Each element has its `id`; those without an `index` keep their place among their equals.
    """
    live = [e for e in elements if not e.get("isDeleted")]
    live.sort(key=lambda e: (e.get("index") or "", e["id"] if e.get("index") else ""))
    full = [{**_COMMON, **_OWN.get(e["type"], {}), "versionNonce": e.get("seed", 1), **e} for e in live]
    by_id = {e["id"]: e for e in full}
    for element in full:
        for target in _targets(element):
            if target in by_id:
                bound: list[dict[str, str]] = by_id[target]["boundElements"] or []
                by_id[target]["boundElements"] = [*bound, {"id": element["id"], "type": element["type"]}]
    return full


def _targets(element: Element) -> list[str]:
    if element["type"] == "text":
        return [element["containerId"]] if element.get("containerId") else []
    bindings = [element.get("startBinding"), element.get("endBinding")]
    return list(dict.fromkeys(b["elementId"] for b in bindings if b))


def scene_of(elements: Iterable[Element], files: Mapping[str, Mapping[str, Any]], *, source: str) -> dict[str, Any]:
    """Return the scene as an object; `files` are those of the document, of which only inline ones that are shown are taken."""
    full = full_elements(elements)
    shown = {e["fileId"] for e in full if e["type"] == "image"}
    return {
        "type": "excalidraw",
        "version": 2,
        "source": source,
        "elements": full,
        "appState": {"gridSize": 20, "gridStep": 5, "gridModeEnabled": False, "viewBackgroundColor": "#ffffff"},
        "files": {key: _file(entry) for key, entry in files.items() if key in shown and "dataURL" in entry},
    }


def _file(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"mimeType": entry["mimeType"], "id": entry["id"], "dataURL": entry["dataURL"], "created": entry.get("created", 0)}


def encode_excalidraw(
    elements: Iterable[Element], files: Mapping[str, Mapping[str, Any]], *, source: str = "https://tutorium.dev"
) -> bytes:
    """Return the bytes of an `.excalidraw` file."""
    return json.dumps(scene_of(elements, files, source=source), ensure_ascii=False, indent=1).encode()
