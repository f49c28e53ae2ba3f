"""Who works for one site of several reaches its appointments and clients, and nothing of the other's."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import GroupSitePermission, Page, Site

from tests.factories import NOW, make_appointment, make_client, make_clinician, make_location, open_portal
from tests.staff.filling_in import NEW, form_of
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import (
    Client,
    Clinician,
    Location,
    Notification,
    NotificationPreferences,
    PortalSettings,
)
from wagtail_clientportal.staff.common.reach import within_reach

REGISTER = "wagtail_clientportal_{}_modeladmin_index"
OF_LONDON = ("Hale", "margaret@example.org", "07700 900123", "SW1A 1AA")


@pytest.fixture
def york(clinic):
    """A second clinic at a site of its own, where Ida Bell is to be seen."""
    root = clinic.site.root_page.get_parent().add_child(instance=Page(title="York", slug="york"))
    site = Site.objects.create(hostname="york.example", port=443, root_page=root)
    open_portal(site=site, clinic_name="York Clinic", notify_email="york@harbour.example")
    location = make_location(name="York Rooms", site=site)
    clinician = make_clinician(name="Ben", locations=[location], appointment_types=[clinic.appointment_type])
    ida = make_client(first_name="Ida", last_name="Bell", email="ida@example.org", mobile="", postcode="N1 9GU")
    make_appointment(client=ida, clinician=clinician, location=location, appointment_type=clinic.appointment_type)
    return site


def desk_of(site, *, group="Clinic receptionist", username="desk"):
    """Somebody of *group*, which sees every diary of *site* and of no other."""
    group = Group.objects.get(name=group)
    every_diary = Permission.objects.get(codename="see_every_diary")
    group.permissions.remove(every_diary)
    GroupSitePermission.objects.get_or_create(group=group, site=site, permission=every_diary)
    user = get_user_model().objects.create_user(username, f"{username}@harbour.example", "secret")
    user.groups.add(group)
    return user


@pytest.fixture
def in_york(client, york):
    client.force_login(desk_of(york))
    return client


def read(staff, address, **query):
    response = staff.get(address, query)
    assert response.status_code == 200, address
    return response.content.decode()


def names_nobody_of_london(page):
    return not [word for word in OF_LONDON if word in page]


def test_lists_and_searches_hold_the_sites_own_clients(in_york):
    for address in (reverse("clientportal_client:index"), reverse(REGISTER.format("appointment"))):
        page = read(in_york, address)
        assert "Ida Bell" in page and names_nobody_of_london(page)
        assert names_nobody_of_london(read(in_york, address, q="margaret").replace("margaret", ""))
    choose = read(in_york, reverse("clientportal_client_chooser:choose_results"), q="a")
    assert "Ida Bell" in choose and names_nobody_of_london(choose)


def test_messages_and_communications_are_the_sites_own(records, in_york):
    for model in ("clientmessage", "outboundmessage"):
        assert names_nobody_of_london(read(in_york, reverse(REGISTER.format(model))))


@pytest.mark.parametrize("view", ["inspect", "edit", "history", "usage"])
def test_another_sites_client_is_as_good_as_missing(in_york, clinic, view):
    assert in_york.get(reverse(f"clientportal_client:{view}", args=[clinic.client.pk])).status_code == 404
    missing = reverse("clientportal_client:inspect", args=[987654])
    assert in_york.get(missing).status_code == 404


def test_another_sites_appointment_is_neither_read_nor_moved(in_york, clinic):
    pk = clinic.appointment.pk
    register = reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[pk])
    assert in_york.get(register).status_code == 404
    for view in ("change", "cancel", "set_status"):
        assert in_york.post(reverse(f"clientportal_appointment:{view}", args=[pk])).status_code == 404
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.holds_place


def test_new_appointments_are_made_at_the_own_site_alone(in_york, clinic):
    form = in_york.get(reverse("clientportal_appointment:new")).context["form"]
    assert [str(one) for one in form.fields["location"].queryset] == ["York Rooms"]
    assert [str(one) for one in form.fields["clinician"].queryset] == ["Ben"]


def test_of_another_sites_appointment_the_diary_says_no_more_than_its_time(in_york, clinic):
    clinic.clinician.locations.add(Location.objects.get(name="York Rooms"))
    page = read(in_york, reverse("wagtail_clientportal_diary:index"), date="2026-11-25")
    assert "Ida Bell" in page and "Ada Osei" in page and "10:00–10:30 Busy" in page
    assert names_nobody_of_london(page)


def test_exports_hold_the_sites_own_clients(client, york, clinic):
    client.force_login(desk_of(york, group="Clinic manager"))
    exported = b"".join(client.get(reverse("clientportal_client:index"), {"export": "csv"})).decode()
    assert "Bell" in exported and names_nobody_of_london(exported)


def test_the_clinics_figures_are_the_sites_own(client, york, clinic):
    client.force_login(desk_of(york, group="Clinic manager"))
    for name in ("Ada Osei", "Harbour Rooms"):
        assert name not in read(client, reverse("clientportal_figures:index"), by="clinician")
    figures = {"period": "week", "by": "location", "export": "csv"}
    for table, counted in {"appointments": "1,0,,0", "utilisation": "40.0,0.5,1.2"}.items():
        rows = b"".join(client.get(reverse("clientportal_figures:index"), figures | {"table": table})).decode()
        assert rows.splitlines()[1:] == [f"York Rooms,{counted}"]


def test_the_log_of_clients_is_the_sites_own(client, york, clinic):
    manager = desk_of(york, group="Clinic manager")
    client.force_login(manager)
    for one in Client.objects.all():
        log(one, "wagtail.edit", user=manager)
    page = read(client, reverse("clientportal_client:log"))
    assert "Ida Bell" in page and f"Client #{clinic.client.pk})" not in page


def test_a_record_that_has_appointments_at_another_site_too_is_merged_by_whoever_reaches_those(client, york, clinic):
    client.force_login(desk_of(york, group="Clinic manager"))
    ida = Client.objects.get(first_name="Ida")
    twin = make_client(first_name="Ida", last_name="Bell", email="", mobile="07700 900456", postcode="N1 9GU")
    at_york = {"clinician": Clinician.objects.get(name="Ben"), "location": Location.objects.get(name="York Rooms")}
    clinic.book(client=twin, start=NOW + timedelta(days=8), **at_york)
    address = reverse("clientportal_client:merge", args=[ida.pk])
    assert client.get(address, {"other": twin.pk}).status_code == 200
    clinic.book(client=twin, start=NOW + timedelta(days=9))
    assert client.get(address, {"other": twin.pk}).status_code == 404
    assert client.post(address, {"other": twin.pk, "one_person": "on"}).status_code == 404
    assert client.get(reverse("clientportal_client:merge", args=[twin.pk])).status_code == 302


def test_settings_of_another_site_are_not_written(client, york, clinic):
    client.force_login(desk_of(york, group="Clinic manager"))
    london = PortalSettings.objects.get(site=clinic.site)
    assert client.get(reverse("clientportal_portalsettings:edit", args=[london.pk])).status_code == 404
    assert (
        client.get(
            reverse("clientportal_portalsettings:edit", args=[PortalSettings.objects.get(site=york).pk])
        ).status_code
        == 200
    )


def test_whom_the_site_has_just_registered_it_finds_again(in_york):
    data = {"first_name": "Tom", "last_name": "Fry", "is_active": "on", "portal_access": "on"}
    in_york.post(reverse("clientportal_client:add"), data)
    assert "Tom Fry" in read(in_york, reverse("clientportal_client:index"))


def test_a_client_of_two_sites_is_reached_by_both_and_shows_each_its_own(in_york, clinic):
    make_appointment(
        client=clinic.client,
        clinician=Clinician.objects.get(name="Ben"),
        location=Location.objects.get(name="York Rooms"),
        appointment_type=clinic.appointment_type,
        start=NOW + timedelta(days=4),
    )
    record = read(in_york, reverse("clientportal_client:inspect", args=[clinic.client.pk]))
    assert "Margaret Hale" in record and "York Rooms" in record and "Harbour Rooms" not in record


def test_the_default_site_has_the_locations_that_name_none(clinic, york):
    user = desk_of(clinic.site)
    assert [str(one) for one in within_reach(user, Location.objects.all())] == ["Harbour Rooms"]


def test_who_asked_for_everybodys_hears_of_their_own_site(clinic, york):
    user = desk_of(york)
    NotificationPreferences.objects.create(user=user, whose=NotificationPreferences.Whose.EVERYBODY)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert not Notification.objects.filter(recipient=user).exists()
    ida = Client.objects.get(first_name="Ida")
    cancel(ida.appointments.get(), by=ida, now=NOW)
    assert Notification.objects.get(recipient=user).client == ida


# -- The form for groups


def post_group(boss, group, **fields):
    page = boss.get(reverse("wagtailusers_groups:edit", args=[group.pk]))
    sent = {"name": group.name, "clientportal_sites-sites": fields.get("sites", [])}
    for form in page.context["permission_panels"]:
        if management := getattr(form, "management_form", None):  # Wagtail's own, of pages and collections
            sent |= {one.html_name: 0 for one in management}
    offered = page.context["form"].fields["permissions"].queryset
    sent |= {"permissions": [one.pk for one in group.permissions.all() if one in offered]}
    response = boss.post(reverse("wagtailusers_groups:edit", args=[group.pk]), sent)
    assert response.status_code == 302, [
        form.errors for form in (response.context["form"], *response.context["permission_panels"])
    ]
    return page.content.decode()


def test_the_form_for_groups_says_and_sets_which_sites(boss, york):
    group = Group.objects.get(name="Clinic receptionist")
    page = post_group(boss, group, sites=[york.pk])
    assert "Client portal: whose appointments and clients" in page
    assert GroupSitePermission.objects.get().site == york
    post_group(boss, group, sites=[])
    assert not GroupSitePermission.objects.exists()


def test_where_there_is_one_site_the_form_for_groups_asks_nothing(boss, clinic):
    page = post_group(boss, Group.objects.get(name="Clinic receptionist"))
    assert "Client portal: whose appointments and clients" not in page


def test_what_is_in_the_way_at_the_other_site_is_said_without_a_name(in_york, york, clinic):
    both, rooms = clinic.clinician, Location.objects.get(site=york)
    both.locations.add(rooms)
    sent = form_of(clinic, client=Client.objects.get(first_name="Ida").pk, location=rooms.pk)
    page = in_york.post(NEW, sent | {"date": "2026-11-25", "time": "10:00"})
    assert "Ada Osei has another appointment at that time." in page.content.decode()
    assert names_nobody_of_london(page.content.decode())


def test_what_keeps_clients_from_being_served_is_told_of_the_sites_own_portal(client, clinic, york):
    PortalSettings.objects.update(default_policy=None)
    make_clinician(name="Cora", locations=[clinic.location], hours=None, available_online=True)
    client.force_login(desk_of(york, group="Clinic manager"))
    lacking = "has no default policy, so clients can change and cancel nothing.</b>"  # not among the first steps
    page = read(client, reverse("wagtailadmin_home"))
    assert "The portal of york.example has no default policy" in page
    assert page.count(lacking) == 1 and "Cora" not in page and "localhost" not in page
    client.force_login(get_user_model().objects.create_superuser("boss"))
    page = read(client, reverse("wagtailadmin_home"))
    assert page.count(lacking) == 2 and "Cora" in page
