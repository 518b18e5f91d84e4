"""Folders: where a learner keeps documents and the sessions that teach from them.

Knows its owner and how much it holds, not what documents or sessions are: those features keep the counts with `adjust_counts`
and add to `folder_purge` what goes with a removed folder.
"""

from tutorium.app.folders.access import folder_owner, owned_folder
from tutorium.app.folders.counts import adjust_counts
from tutorium.app.folders.functions import FolderView, crons, functions
from tutorium.app.folders.names import clean_name
from tutorium.app.folders.purging import PURGE_BATCH, PurgeSteps, folder_purge
from tutorium.app.folders.tables import Folder

tables = [Folder]

__all__ = [
    "PURGE_BATCH",
    "Folder",
    "FolderView",
    "PurgeSteps",
    "adjust_counts",
    "clean_name",
    "crons",
    "folder_owner",
    "folder_purge",
    "functions",
    "owned_folder",
    "tables",
]
