"""Hatch's build hook: put the built page into the wheel, building it with Node only where it is missing or old."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
import build_page


class PageBuildHook(BuildHookInterface[Any]):
    """Builds the page before a wheel or sdist is packed; an editable install leaves that to `make setup`."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node from the package index only when the page has to be built."""
        return [] if build_page.is_fresh() else [build_page.NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page unless its stamp matches the sources."""
        if version != "editable" and not build_page.is_fresh():
            build_page.build()
