"""Extract and analysis of a document in one small blob: what a lesson opens when it begins."""

import zlib
from typing import Final

import msgspec
from msgspec.structs import replace

from tutorium.app.reading.findings import Analysis, Quote
from tutorium.app.reading.material import Extract

# Level 6 takes a tenth of the reading time and leaves about a quarter of the size.
_LEVEL: Final = 6
_VERSION: Final = 1


class StaleMaterialError(Exception):
    """The blob was packed by another version; read the document again."""


class _Material(msgspec.Struct, frozen=True, array_like=True):
    version: int
    extract: Extract
    analysis: Analysis


def pack(extract: Extract, analysis: Analysis) -> bytes:
    """Return both as compressed msgpack."""
    return zlib.compress(msgspec.msgpack.encode(_Material(_VERSION, extract, analysis)), _LEVEL)


def unpack(material: bytes, document: str) -> tuple[Extract, Analysis]:
    """Return what `pack` packed, quoting `document`: a copy of a document shares the material of the first.

    Raises StaleMaterialError when its form has changed since or it is damaged.
    """
    try:
        packed = msgspec.msgpack.decode(zlib.decompress(material), type=_Material)
    except (zlib.error, msgspec.DecodeError) as error:
        raise StaleMaterialError from error
    if packed.version != _VERSION:
        raise StaleMaterialError
    return packed.extract, _quoting(document, packed.analysis)


def _quoting(document: str, analysis: Analysis) -> Analysis:
    def own(quote: Quote) -> Quote:
        return replace(quote, document=document)

    return replace(
        analysis,
        definitions=tuple(replace(found, quotes=tuple(map(own, found.quotes))) for found in analysis.definitions),
        relations=tuple(replace(found, quote=own(found.quote)) for found in analysis.relations),
        facts=tuple(replace(found, quote=own(found.quote)) for found in analysis.facts),
        sentences=tuple(map(own, analysis.sentences)),
    )
