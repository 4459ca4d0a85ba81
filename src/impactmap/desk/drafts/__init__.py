"""Articles on the desk: a text is brought, its drafts are told to the page, an editor decides about each."""
