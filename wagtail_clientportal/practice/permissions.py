"""The permissions that groups are given beside Django's own. Stored, so none of their names ever changes."""

SEE_EVERY_DIARY = "see_every_diary"
EXPORT_CLIENT = "export_client"
ANONYMISE_CLIENT = "anonymise_client"
MERGE_CLIENT = "merge_client"
READ_CLIENT_LOG = "read_client_log"
READ_REPORTS = "read_reports"
RESET_SECOND_FACTOR = "reset_second_factor"


def full_name(codename: str) -> str:
    """Return the permission's name as ``has_perm`` takes it."""
    return f"wagtail_clientportal.{codename}"
