"""For a panel of the account settings that leads elsewhere: the account's page saves a form for each of its panels."""

from django import forms


class NothingToSave(forms.Form):
    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, **kwargs)

    def save(self):
        pass
