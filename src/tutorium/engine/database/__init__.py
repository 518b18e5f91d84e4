"""Tables, transactions and the commit log over a store. Knows rows and indexes; knows no function and no client."""

from tutorium.engine.database.committer import Committer
from tutorium.engine.database.database import Database
from tutorium.engine.database.pagination import Journal, Page, PaginationOptions
from tutorium.engine.database.query import Query
from tutorium.engine.database.read_set import ReadSet, ReadSetIndex, RecentWrites, Written
from tutorium.engine.database.reader import DatabaseReader, DatabaseWriter, Search
from tutorium.engine.database.row import Row, SearchIndex
from tutorium.engine.database.schema import Schema
from tutorium.engine.database.table import Index, Table
from tutorium.engine.database.transaction import Transaction
from tutorium.engine.database.watermark import Watermark

__all__ = [
    "Committer",
    "Database",
    "DatabaseReader",
    "DatabaseWriter",
    "Index",
    "Journal",
    "Page",
    "PaginationOptions",
    "Query",
    "ReadSet",
    "ReadSetIndex",
    "RecentWrites",
    "Row",
    "Schema",
    "Search",
    "SearchIndex",
    "Table",
    "Transaction",
    "Watermark",
    "Written",
]
