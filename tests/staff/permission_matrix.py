"""Which group opens which screen of ours: R receptionist, C clinician, M manager, W clinic editor, E a page
editor in none of them."""

_SCREENS = {
    "clientportal_appointment:": {
        "RCM": "cancel change new note revoke_links send_again set_status take_payment undo",
    },
    "clientportal_absencereason:": {
        "M": "add delete edit history history_results index index_results inspect usage",
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
    "clientportal_clearing:": {
        "RM": "index preview run",
    },
    "clientportal_calendarfeed:": {
        "CM": "clinician",
    },
    "clientportal_client:": {
        "RM": "add edit history history_results lift_pauses portal_access revoke_links send_link usage",
        "M": "anonymise delete export log log_results merge",
        "RCM": "index index_results inspect",
    },
    "clientportal_client_chooser:": {
        "RCM": "choose choose_results chosen",
    },
    "clientportal_clinician:": {
        "M": "add copy delete edit history history_results usage",
        "RM": "index index_results inspect",
    },
    "clientportal_figures:": {
        "M": "index",
    },
    "clientportal_importrun:": {
        "M": "index refused run template",
    },
    "clientportal_location:": {
        "M": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_notification:": {
        "RCMW": "handle index index_results open read read_all",
    },
    "clientportal_portalsettings:": {
        "M": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_secondfactor:": {
        "RCMW": "enrol own verify",
        "M": "people reset",
    },
    "clientportal_timeoff:": {
        "RM": "add delete edit history history_results index index_results inspect usage",
    },
    "clientportal_timeoffrequest:": {
        "C": "index",
        "RM": "requests",
    },
    "clientportal_timetabledhours:": {
        "RM": "add delete edit history history_results index index_results inspect usage",
    },
    "wagtail_clientportal_appointment_modeladmin_": {
        "RCM": "index index_results inspect",
    },
    "wagtail_clientportal_clientmessage_modeladmin_": {
        "RCM": "index index_results inspect",
    },
    "wagtail_clientportal_diary:": {
        "RCM": "card index",
    },
    "wagtail_clientportal_outboundmessage_modeladmin_": {
        "RCM": "index index_results inspect",
    },
    "wagtail_clientportal_payment_modeladmin_": {
        "RCM": "index index_results inspect",
    },
    "wagtail_clientportal_refund_modeladmin_": {
        "RCM": "index index_results inspect",
    },
    "wagtailsnippetchoosers_wagtail_clientportal_communicationtemplate:": {
        "RCMWE": "choose choose_results chosen chosen_multiple",
        "MW": "create",
    },
    "wagtailsnippetchoosers_wagtail_clientportal_portalpolicy:": {
        "RCMWE": "choose choose_results chosen chosen_multiple",
        "MW": "create",
    },
    "wagtailsnippets_wagtail_clientportal_communicationtemplate:": {
        "MW": (
            "add edit history history_results list list_results preview_on_add preview_on_edit "
            "revisions_compare revisions_revert revisions_unschedule revisions_view send_test unpublish usage "
            "workflow_history"
        ),
        "M": "delete lock unlock",
        "": "collect_workflow_action_data workflow_action workflow_history_detail workflow_preview",
        "RCMWE": "confirm_workflow_cancellation",
    },
    "wagtailsnippets_wagtail_clientportal_portalpolicy:": {
        "MW": (
            "add edit history history_results inspect list list_results preview_on_add preview_on_edit "
            "revisions_compare revisions_revert revisions_unschedule revisions_view unpublish usage workflow_history"
        ),
        "M": "delete lock unlock",
        "": "collect_workflow_action_data workflow_action workflow_history_detail workflow_preview",
        "RCMWE": "confirm_workflow_cancellation",
    },
}

# The name of a URL → the letters of those who open it.
MATRIX = {
    f"{prefix}{view}": letters
    for prefix, rows in _SCREENS.items()
    for letters, views in rows.items()
    for view in views.split()
}
