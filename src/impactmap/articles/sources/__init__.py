"""Where articles come from: text, HTML, folders, feeds, Telegram's export."""
