"""What a file may be that somebody imports. Beyond it, it is no clinic's, and only there to fill memory."""

MAX_BYTES = 50 * 2**20
MAX_ROWS = 500_000
MAX_COLUMNS = 100
MAX_CHARACTERS = 2_000  # in one cell
MAX_CHARACTERS_OF_ROW = MAX_COLUMNS * MAX_CHARACTERS  # of a CSV file

# An XLSX file is a ZIP of XML files. What isn't a sheet is held in memory while it is read.
MAX_FILES = 1_000
MAX_TIMES_PACKED = 300  # how much larger a file comes out than it was; a sheet of one word over and over reaches 200
MAX_BYTES_OF_SHEETS = 1_000 * 2**20  # all of them together
MAX_BYTES_OF_TEXTS = 100 * 2**20
MAX_BYTES_OF_OTHERS = 5 * 2**20
MAX_BYTES_OF_ROW = 2 * 2**20  # a sheet is read a row at a time
