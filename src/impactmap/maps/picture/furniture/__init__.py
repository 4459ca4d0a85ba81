"""What stands on a map beside its reports: scale bar, locator, callouts."""
