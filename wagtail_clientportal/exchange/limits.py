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
# A sheet is read a row at a time; of a row that was read an empty element stays, and all that isn't in a row.
MAX_ROWS_OF_SHEET = 2**20  # as many as Excel has
MAX_BYTES_OF_ROW = 2 * 2**20
MAX_ELEMENTS_OF_ROW = 100_000  # all 16,384 cells that Excel has, with what is in them
MAX_BYTES_BETWEEN_ROWS = 50 * 2**20  # all of them together
MAX_ELEMENTS = 100_000  # of a file, but for those in rows
MAX_ELEMENTS_OF_TEXTS = 2_000_000
MAX_SHARED_FORMULAS = 10_000
MAX_NAMES = 5_000  # different ones, of elements and attributes
