"""How long until an uploaded PDF of fifty pages can be taught from?"""

import tempfile
import time
from pathlib import Path

import pypdfium2

from benchmarks.measure import Bar, Benchmark, Case, repeat
from tests.support.live_server import Account, running_server
from tests.support.pdf import book, page_count

ROUNDS = 5
PAGES = 50
ROOT = Path(__file__).resolve().parent.parent
TEXTS = [ROOT / "src/tutorium/app/documents/sample.md", *sorted((ROOT / "tests/fixtures/texts").glob("*.md"))]
POLL_SECONDS = 0.02


def reader(pages: int) -> bytes:
    """Return a PDF of so many pages, set from the texts of the tests, over again when they are too short."""
    texts = [path.read_text(encoding="utf-8") for path in TEXTS]
    long = pypdfium2.PdfDocument(book(texts * (1 + 2 * pages // page_count(book(texts, title="Reader"))), title="Reader"))
    cut = pypdfium2.PdfDocument.new()
    cut.import_pages(long, list(range(pages)))
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        cut.save(file)
        file.seek(0)
        return file.read()


def bare_seconds(data: bytes) -> float:
    """Return how long the library alone takes to give the text of every page."""
    began = time.perf_counter()
    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.get_textpage().get_text_range()
    document.close()
    return time.perf_counter() - began


def upload_to_ready(account: Account, folder: str, data: bytes) -> float:
    """Return the seconds from the begin of the upload until the document's status is `ready`."""
    began = time.perf_counter()
    document = account.upload(folder, "reader.pdf", data, "application/pdf")
    while True:
        row = account.query("documents:get", document=document)
        if row["status"] == "ready":
            return time.perf_counter() - began
        if row["status"] in {"failed", "cancelled"}:
            raise RuntimeError(f"the document was not read: {row}")
        time.sleep(POLL_SECONDS)


def run() -> list[Case]:
    """Upload the same file again and again, one at a time."""
    data = reader(PAGES)
    if page_count(data) != PAGES:
        raise RuntimeError(f"the file has {page_count(data)} pages")
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        account = Account.guest(server.origin)
        whole = repeat(ROUNDS, lambda: upload_to_ready(account, account.mutation("folders:create", name="Measured"), data))
    base = repeat(ROUNDS, lambda: bare_seconds(data))
    return [
        Case(
            name=f"{PAGES} pages, upload to ready",
            unit="s",
            ours=whole,
            baseline=base,
            bar=Bar(at_most=10.0),
            note="upload, a child process, extraction with the place of every line, analysis, passages under the text index",
        )
    ]


BENCHMARK = Benchmark(
    name="reading",
    question="How long from the begin of the upload of a PDF until a lesson can be given on it?",
    load=f"one PDF of {PAGES} A5 pages of prose, uploaded over HTTP, one at a time, into a new folder each time",
    baseline="pypdfium2 alone giving the text of every page of the same file, in this process",
    run=run,
)
