"""Reading a file: bytes in, text in blocks with its place on the page out.

Pure: no process, no table, no meaning. What the text says is analysed beside it; limits on time and memory are the worker's.
"""
