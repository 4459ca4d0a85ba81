"""Who may suggest drafts beside the rules, and the gate that lets through what the text itself says."""
