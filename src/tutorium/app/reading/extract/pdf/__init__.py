"""Reading PDF files: characters to lines, columns, headings, paragraphs and simple tables. Not: scanned pages."""

from tutorium.app.reading.extract.pdf.reader import MAX_PAGES, read_pdf

__all__ = ["MAX_PAGES", "read_pdf"]
