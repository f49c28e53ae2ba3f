from .client_portal_page import ClientPortalPage

__all__ = ["ClientPortalPage"]
