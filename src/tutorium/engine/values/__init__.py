"""What can be stored and sent: values, their order, their sizes, ids, and the wire's JSON. Pure; knows no table."""

from tutorium.engine.values.decoder import Decoder
from tutorium.engine.values.encoder import compile_encoder
from tutorium.engine.values.ids import FIRST_USER_TABLE, Id, decode_id, encode_id, new_row_key, row_key, table_of_key
from tutorium.engine.values.int64 import INT64_MAX, INT64_MIN, Int64
from tutorium.engine.values.json_encoding import JsonFormat, decode, encode, reformat
from tutorium.engine.values.key_encoding import encode_key, encode_keys, prefix_end, successor
from tutorium.engine.values.size import convex_size
from tutorium.engine.values.struct import View, camel_case

__all__ = [
    "FIRST_USER_TABLE",
    "INT64_MAX",
    "INT64_MIN",
    "Decoder",
    "Id",
    "Int64",
    "JsonFormat",
    "View",
    "camel_case",
    "compile_encoder",
    "convex_size",
    "decode",
    "decode_id",
    "encode",
    "encode_id",
    "encode_key",
    "encode_keys",
    "new_row_key",
    "prefix_end",
    "reformat",
    "row_key",
    "successor",
    "table_of_key",
]
