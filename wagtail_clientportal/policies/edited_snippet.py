from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)


class EditedSnippet(PreviewableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin):
    """What editors draft, publish and translate. Which translation rules and which is read: see translated.py."""

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def copy_for_translation(self, locale, exclude_fields=None):
        # Wagtail copies the revisions' ids too, and the copy would count as published: a translation starts as a draft.
        exclude = [*(exclude_fields or []), "latest_revision", "live_revision"]
        copy = super().copy_for_translation(locale, exclude_fields=exclude)
        copy.live = False
        return copy
