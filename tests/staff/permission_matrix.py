"""Which group opens which screen of ours: R receptionist, C clinician, M manager, E a page editor in none of them."""

_SCREENS = {
    "clientportal_appointment:": {
        "RCM": "cancel change new revoke_links send_again set_status undo",
    },
    "clientportal_appointmentstatus:": {
        "M": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_appointmenttype:": {
        "M": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_bookingsettings:": {
        "M": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_client:": {
        "RM": "add edit history history_results portal_access revoke_links send_link usage",
        "M": "anonymise delete export log log_results",
        "RCM": "index index_results inspect",
    },
    "clientportal_client_chooser:": {
        "RCM": "choose choose_results chosen",
    },
    "clientportal_clinician:": {
        "M": "add delete edit history history_results usage",
        "RM": "index index_results inspect",
    },
    "clientportal_location:": {
        "M": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_notification:": {
        "RCM": "index index_results open read read_all",
    },
    "clientportal_portalsettings:": {
        "M": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_timeoff:": {
        "RM": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_timetabledhours:": {
        "RM": "add delete edit history history_results index index_results inspect usage",
    },
    "wagtail_clientportal_appointment_modeladmin_": {
        "RCM": "index inspect",
    },
    "wagtail_clientportal_clientmessage_modeladmin_": {
        "RCM": "index inspect",
    },
    "wagtail_clientportal_outboundmessage_modeladmin_": {
        "RCM": "index inspect",
    },
    "wagtailsnippetchoosers_wagtail_clientportal_communicationtemplate:": {
        "RCME": "choose choose_results chosen chosen_multiple",
        "M": "create",
    },
    "wagtailsnippetchoosers_wagtail_clientportal_portalpolicy:": {
        "RCME": "choose choose_results chosen chosen_multiple",
        "M": "create",
    },
    "wagtailsnippets_wagtail_clientportal_communicationtemplate:": {
        "M": (
            "add delete edit history history_results list list_results lock preview_on_add "
            "preview_on_edit revisions_compare revisions_revert revisions_unschedule "
            "revisions_view send_test unlock unpublish usage workflow_history"
        ),
        "": "collect_workflow_action_data workflow_action workflow_history_detail workflow_preview",
        "RCME": "confirm_workflow_cancellation",
    },
    "wagtailsnippets_wagtail_clientportal_portalpolicy:": {
        "M": (
            "add delete edit history history_results inspect list list_results lock preview_on_add "
            "preview_on_edit revisions_compare revisions_revert revisions_unschedule "
            "revisions_view unlock unpublish usage workflow_history"
        ),
        "": "collect_workflow_action_data workflow_action workflow_history_detail workflow_preview",
        "RCME": "confirm_workflow_cancellation",
    },
}

# The name of a URL → the letters of those who open it.
MATRIX = {
    f"{prefix}{view}": letters
    for prefix, rows in _SCREENS.items()
    for letters, views in rows.items()
    for view in views.split()
}
