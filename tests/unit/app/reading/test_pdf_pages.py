"""What stands on a PDF page: headings, items, notes, tables, emphasis, code; and pages that turn."""

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from tutorium.app.reading.extract.pdf import read_pdf
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.material import Block, Extract

Pdf = Callable[..., bytes]
BODY = ("Times-Roman", 11.0)


def read(data: bytes) -> Extract:
    return read_pdf(data, "name", lambda done, total: None)


def write(canvas: Canvas, y: float, *pieces: tuple[str, str, float], x: float = 72) -> None:
    """Write pieces (text, font, size) one after the other from `x`."""
    for text, font, size in pieces:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
        x += canvas.stringWidth(text, font, size)


def prose(canvas: Canvas, y: float, lines: int = 6) -> None:
    for line in range(lines):
        write(canvas, y - 13.2 * line, ("The water of the sea moves up and down because the Moon pulls on it all day.", *BODY))


def kinds(extract: Extract) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in extract.blocks]


def test_headings_by_size_weight_and_number(pdf: Pdf) -> None:
    """Larger or bold lines are headings, and a number tells the level."""

    def draw(canvas: Canvas) -> None:
        write(canvas, 760, ("The Tides", "Helvetica-Bold", 22))
        write(canvas, 720, ("1 Causes", "Helvetica-Bold", 15))
        prose(canvas, 700, 3)
        write(canvas, 640, ("1.1 The Moon", "Helvetica-Bold", 12))
        prose(canvas, 620, 3)
        write(canvas, 560, ("A bold line", "Times-Bold", 11))
        prose(canvas, 545, 3)

    extract = read(pdf(draw))
    headings = [(b.level, b.text) for b in extract.blocks if b.kind == "heading"]
    assert headings[:3] == [(1, "The Tides"), (2, "1 Causes"), (3, "1.1 The Moon")]
    assert headings[3][1] == "A bold line"
    assert extract.title == "The Tides"


def test_the_outline_gives_levels(pdf: Pdf) -> None:
    """Bookmarks of the file decide how deep a heading is."""

    def draw(canvas: Canvas) -> None:
        for level, (y, title) in enumerate(((750, "Alpha"), (700, "Beta"), (650, "Gamma"))):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
            write(canvas, y, (title, "Helvetica-Bold", 14))
            prose(canvas, y - 16, 2)

    assert [(b.level, b.text) for b in read(pdf(draw)).blocks if b.kind == "heading"] == [
        (1, "Alpha"),
        (2, "Beta"),
        (3, "Gamma"),
    ]


def test_a_chapter_number_joins_its_name(pdf: Pdf) -> None:
    """ "Chapter 2" and the name below it are one heading."""

    def draw(canvas: Canvas) -> None:
        write(canvas, 760, ("Chapter 2", "Helvetica-Bold", 16))
        write(canvas, 725, ("Rivers", "Helvetica-Bold", 24))
        prose(canvas, 690)

    assert kinds(read(pdf(draw)))[0] == ("heading", "Chapter 2 Rivers")


def test_items_emphasis_and_code(pdf: Pdf) -> None:
    """Bullets go, numbers stay; bold, italic and typewriter runs are emphasis; typewriter lines are code."""

    def draw(canvas: Canvas) -> None:
        prose(canvas, 760, 4)
        write(canvas, 690, ("• first of all", *BODY))
        write(canvas, 677, ("  and its end", *BODY), x=78)
        write(canvas, 660, ("2. second of all", *BODY))
        write(
            canvas,
            630,
            ("A ", *BODY),
            ("spring tide", "Times-Bold", 11),
            (" is ", *BODY),
            ("very", "Times-Italic", 11),
            (" high, says ", *BODY),
            ("run()", "Courier", 11),
            (" at once, and nobody doubts it.", *BODY),
        )
        write(canvas, 600, ("for x in y:", "Courier", 10))
        write(canvas, 588, ("    print(x)", "Courier", 10))

    extract = read(pdf(draw))
    assert ("item", "first of all and its end") in kinds(extract)
    assert ("item", "2. second of all") in kinds(extract)
    assert kinds(extract)[-1] == ("code", "for x in y:\n    print(x)")
    marked = next(block for block in extract.blocks if "spring" in block.text)
    assert [(marked.text[m.start : m.end], m.style) for m in marked.emphasis] == [
        ("spring tide", "bold"),
        ("very", "italic"),
        ("run()", "code"),
    ]


def test_footnotes_leave_the_sentence(pdf: Pdf) -> None:
    """A raised mark is dropped after a word, kept as a power after a letter, and the note is a block of its own."""

    def draw(canvas: Canvas) -> None:
        prose(canvas, 760, 8)
        write(canvas, 600, ("The tide is high", *BODY))
        write(canvas, 604, ("7", "Times-Roman", 7), x=72 + canvas.stringWidth("The tide is high", *BODY))
        write(canvas, 600, (" at noon and x", *BODY), x=77 + canvas.stringWidth("The tide is high", *BODY))
        canvas.setFont("Times-Roman", 7)
        canvas.drawString(78 + canvas.stringWidth("The tide is high at noon and x", *BODY), 604, "2")
        write(
            canvas,
            600,
            (" grows with every hour of the day.", *BODY),
            x=83 + canvas.stringWidth("The tide is high at noon and x", *BODY),
        )
        write(canvas, 103, ("7", "Times-Roman", 6))
        write(canvas, 100, (" As the fishermen say who live there.", "Times-Roman", 8), x=76)

    texts = [block.text for block in read(pdf(draw)).blocks]
    assert any("high at noon and x^2 grows" in text for text in texts)
    assert texts[-1] == "As the fishermen say who live there."


def test_a_clear_table_keeps_its_cells(pdf: Pdf) -> None:
    """Rows of cells under each other are a table with exact cells and a place for each row."""
    rows = [
        ("Place", "Country", "Range"),
        ("Fundy", "Canada", "16"),
        ("Severn", "United Kingdom", "14"),
        ("Venice", "Italy", "1"),
    ]

    def draw(canvas: Canvas) -> None:
        prose(canvas, 760, 3)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                write(canvas, 690 - 14 * line, (cell, *BODY), x=72 + 130 * column)
        prose(canvas, 600, 3)

    (table,) = [block for block in read(pdf(draw)).blocks if block.kind == "table"]
    assert table.rows == tuple(rows)
    assert len(table.lines) == len(rows)
    assert table.text[table.lines[1].start : table.lines[1].end] == "Fundy | Canada | 16"


def test_a_formula_line_is_told_from_text(pdf: Pdf) -> None:
    """A short line around a relation sign is a formula."""

    def draw(canvas: Canvas) -> None:
        prose(canvas, 760, 4)
        write(canvas, 680, ("a = 2 G M r / d", *BODY), x=220)
        prose(canvas, 650, 4)

    assert ("formula", "a = 2 G M r / d") in kinds(read(pdf(draw)))


def test_a_paragraph_goes_on_over_pages(pdf: Pdf) -> None:
    """A sentence that a page end cuts is one paragraph, past a footnote, with lines on both pages."""

    def first(canvas: Canvas) -> None:
        prose(canvas, 760, 4)
        write(canvas, 680, ("Every tide begins with the pull of the Moon on the side of the Earth that faces", *BODY))

    def second(canvas: Canvas) -> None:
        write(canvas, 760, ("it, and ends when the Moon has gone.", *BODY))
        prose(canvas, 720, 3)

    block = next(block for block in read(pdf(first, second)).blocks if "Every tide" in block.text)
    assert block.text.endswith("faces it, and ends when the Moon has gone.")
    assert [line.page for line in block.lines][-2:] == [1, 2]


def test_contents_lines_are_left_out(pdf: Pdf) -> None:
    """Lines with leaders to a page number are not taught."""

    def draw(canvas: Canvas) -> None:
        write(canvas, 740, ("Causes of tides . . . . . . . . . . . . . . 12", *BODY))
        prose(canvas, 700, 4)

    assert not any("Causes" in block.text for block in read(pdf(draw)).blocks)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_turned_pages_are_read_as_they_are_shown(degrees: int, pdf: Pdf) -> None:
    """On a page stored turned, text that is shown upright is read, with its place as shown."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(degrees)
        across, down = 595.28, 841.89
        if degrees == 90:
            canvas.translate(down, 0)
        elif degrees == 180:
            canvas.translate(across, down)
        elif degrees == 270:
            canvas.translate(0, across)
        canvas.rotate(degrees)
        write(canvas, 500, ("Upright words are read on every page.", *BODY), x=50)

    extract = read(pdf(draw))
    assert extract.blocks[0].text == "Upright words are read on every page."
    rect = extract.blocks[0].lines[0].rect
    assert rect.x0 == pytest.approx(50, abs=1)
    assert rect.y1 == pytest.approx(841.89 - 500, abs=4)
    assert extract.pages[0].height == pytest.approx(841.89, abs=1)


def test_turned_text_and_text_off_the_page_are_left_out(pdf: Pdf) -> None:
    """A stamp up the margin and words beyond the edge are no part of the text."""

    def draw(canvas: Canvas) -> None:
        prose(canvas, 760, 4)
        write(canvas, 500, ("Nobody sees this far away line of text.", *BODY), x=900)
        canvas.rotate(90)
        write(canvas, -30, ("Stamped upwards on the margin", *BODY), x=200)

    text = " ".join(block.text for block in read(pdf(draw)).blocks)
    assert "Stamped" not in text
    assert "Nobody" not in text


def test_bold_made_by_printing_twice_is_read_once(pdf: Pdf) -> None:
    """The same words at nearly the same place count once."""

    def draw(canvas: Canvas) -> None:
        prose(canvas, 760, 4)
        write(canvas, 690, ("A shadowed line that stands alone here.", *BODY))
        write(canvas, 690, ("A shadowed line that stands alone here.", *BODY), x=72.4)

    assert sum(block.text.count("shadowed") for block in read(pdf(draw)).blocks) == 1


def test_a_drop_cap_joins_its_word(pdf: Pdf) -> None:
    """A large first letter beside the first lines belongs to the first word."""

    def draw(canvas: Canvas) -> None:
        write(canvas, 738, ("W", "Times-Roman", 34))
        write(canvas, 755, ("ater is what covers most of the Earth and it", *BODY), x=106)
        write(canvas, 741.8, ("never rests, as long as the Moon moves around", *BODY), x=106)
        write(canvas, 728.6, ("us and pulls the sea from coast to coast each day.", *BODY))
        prose(canvas, 700, 4)

    assert any(block.text.startswith("Water is what covers") for block in read(pdf(draw)).blocks)


def test_a_title_comes_from_the_file_unless_it_is_a_file_name(pdf: Pdf) -> None:
    """Metadata give the title; what a program put there does not."""
    assert read(pdf(prose_page, title="On Tides")).title == "On Tides"
    assert read(pdf(prose_page, title="Microsoft Word - tides_final.doc")).title == "name"
    assert read(pdf(prose_page)).title == "name"


def prose_page(canvas: Canvas) -> None:
    prose(canvas, 760, 6)


def picture(canvas: Canvas) -> None:
    canvas.rect(50, 50, 400, 400, fill=1)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda pdf: pdf(prose_page, encrypt="secret"), "encrypted"),
        (lambda pdf: pdf(picture, picture), "scanned"),
        (lambda pdf: pdf(lambda canvas: None), "empty"),
        (lambda pdf: pdf(prose_page)[:500], "damaged"),
        (lambda pdf: b"%PDF-1.7\n" + bytes(range(256)) * 20, "damaged"),
        (lambda pdf: b"%PDF-1.7", "damaged"),
        (lambda pdf: many_pages(2_001), "too_many_pages"),
    ],
)
def test_files_that_cannot_be_read(make: Callable[[Pdf], bytes], code: str, pdf: Pdf) -> None:
    """Each has its own stable reason."""
    with pytest.raises(UnreadableError) as refusal:
        read(make(pdf))
    assert refusal.value.code == code


def test_a_bad_page_does_not_spoil_the_book(pdf: Pdf) -> None:
    """A page that cannot be opened stays empty; the numbers of the others hold."""
    whole = pdf(prose_page, prose_page, prose_page)
    second = whole.index(b"/Type /Page", whole.index(b"/Type /Page\n") + 11)
    extract = read(whole[:second] + b"/Type /Pogo" + whole[second + 11 :])
    assert len(extract.pages) == 3
    assert {1, 3} <= {block.page for block in extract.blocks} <= {1, 2, 3}


def test_a_line_across_both_columns_cuts_the_page(pdf: Pdf) -> None:
    """What stands above a full-width line is read before it, both columns, and then what stands below."""

    def draw(canvas: Canvas) -> None:
        for part, top in (("above", 780), ("below", 460)):
            for column, x in (("left", 60), ("right", 310)):
                for line in range(18):
                    write(canvas, top - 14 * line, (f"{part} {column} {line} with words of water", *BODY), x=x)
        write(canvas, 500, ("A heading that runs over the whole width of both columns here", "Helvetica-Bold", 15), x=60)

    text = " ".join(block.text for block in read(pdf(draw)).blocks)
    places = [text.index(piece) for piece in ("above left 0", "above right 17", "A heading", "below left 0", "below right 0")]
    assert places == sorted(places)


def many_pages(count: int) -> bytes:
    """A small file that claims many pages: all the same one."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, b"3 0 R " * count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    ]
    data = b"%PDF-1.7\n"
    offsets: list[int] = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    return data + b"xref\n0 4\n0000000000 65535 f \n" + table + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def test_blocks_are_frozen_values(pdf: Pdf) -> None:
    """What was read can cross a process border unchanged."""
    import msgspec

    extract = read(pdf(prose_page))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(extract), type=Extract) == extract
    assert isinstance(extract.blocks[0], Block)
