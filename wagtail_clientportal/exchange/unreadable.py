class Unreadable(Exception):
    """Nothing of the file can be imported. The text is a sentence for whoever chose it."""
