"""Doubtful places settled by an editor, in a spreadsheet or on a page that this computer serves to itself."""
