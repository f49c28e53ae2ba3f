"""What becomes of a row that a constraint doesn't let be without the one it points to."""


def delete_along(collector, field, sub_objs, using):
    """Delete such rows too: an ``on_delete`` for a nullable field, as Django's ``CASCADE`` but for one step.

    Where a database can't put its checks off, as MariaDB, that empties the field of a row first that it then deletes.
    A check constraint that asks for the field forbids that.
    """
    collector.collect(
        sub_objs,
        source=field.remote_field.model,
        source_attr=field.name,
        nullable=False,
        fail_on_restricted=False,
    )
