"""Is it possible? Named checks of reports and claims."""
