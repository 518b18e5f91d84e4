"""Documents: what learners upload, from the file to passages that can be taught from, searched and cited.

Keeps files, their reading and its progress; how a file is read is `reading`'s matter, what is taught from it the lesson's.
"""

from tutorium.app.documents import actions, mutations
from tutorium.app.documents.access import document_owner, document_reader, folder_reader
from tutorium.app.documents.actions import read
from tutorium.app.documents.feature import functions
from tutorium.app.documents.material import FolderSources, load_folder, load_source
from tutorium.app.documents.mutations import MAX_UPLOAD_BYTES
from tutorium.app.documents.queries import MAX_DOCUMENTS, BlockRange, block_ranges, folder_reading
from tutorium.app.documents.reader import use_reader
from tutorium.app.documents.sample import install_sample, prepare_sample
from tutorium.app.documents.tables import Document, PageText, Passage, PreparedSample
from tutorium.app.documents.views import DocumentView

crons = [*actions.crons, *mutations.crons]

tables = [Document, Passage, PageText, PreparedSample]

__all__ = [
    "MAX_DOCUMENTS",
    "MAX_UPLOAD_BYTES",
    "BlockRange",
    "Document",
    "DocumentView",
    "FolderSources",
    "PageText",
    "Passage",
    "PreparedSample",
    "block_ranges",
    "crons",
    "document_owner",
    "document_reader",
    "folder_reader",
    "folder_reading",
    "functions",
    "install_sample",
    "load_folder",
    "load_source",
    "prepare_sample",
    "read",
    "tables",
    "use_reader",
]
