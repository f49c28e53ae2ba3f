from .import_run import ImportFilePart, ImportRefusal, ImportRun

__all__ = ["ImportFilePart", "ImportRefusal", "ImportRun"]
