"""What a site includes: ``path("p/", include("wagtail_clientportal.urls"))``, before Wagtail's own catch-all."""

from django.urls import path

from .portal.views import link

app_name = "wagtail_clientportal"
urlpatterns = [path("<str:token>/", link.follow, name="link")]
