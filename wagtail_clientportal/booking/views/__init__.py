"""The screens on which new appointments are booked, one file a screen."""
