"""What a site includes: ``path("p/", include("wagtail_clientportal.urls"))``, before Wagtail's own catch-all."""

from django.urls import path, re_path

from .portal.views import link, unsubscribe

app_name = "wagtail_clientportal"
urlpatterns = [
    path("<str:token>/", link.follow, name="link"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    # Whatever a mail program hung behind a link, or took off it: Django would log an address that is none, and with it
    # the token.
    re_path(r"^unsubscribe/(?P<token>[^/]+)", unsubscribe.unsubscribe),
    re_path(r"^(?P<token>[^/]+)", link.follow),
]
