"""What a site includes: ``path("p/", include("wagtail_clientportal.urls"))``, before Wagtail's own catch-all."""

from django.urls import path, re_path

from .booking.views import payment_report
from .portal.views import feed, link, unsubscribe
from .screens.accent import accent_sheet

app_name = "wagtail_clientportal"
urlpatterns = [
    re_path(r"^accent/(?P<colour>[0-9a-f]{6})\.css$", accent_sheet, name="accent"),
    path("calendar/<str:token>.ics", feed.read, name="feed"),
    path("payment/", payment_report.about_any, name="payment_reports"),
    path("payment/<uuid:public_id>/", payment_report.about_one, name="payment_report"),
    path("<str:token>/", link.follow, name="link"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    # Whatever a mail program hung behind a link, or took off it: Django would log an address that is none, and with it
    # the token.
    re_path(r"^unsubscribe/(?P<token>[^/]+)", unsubscribe.unsubscribe),
    # Straight on to a screen, once whoever follows the link has said who they are
    re_path(r"^(?P<token>[^/]+)/(?P<screen>change|cancel)\b", link.follow),
    re_path(r"^(?P<token>[^/]+)", link.follow),
]
