"""What the program says of a table, each a code with values, worded in the reader's language.

Reasons, faults, notes and errors are made in English and travel as texts: through frames, files, partitions and other
programs, where nothing else would last. The catalog ``messages.pot`` lists what they say, each with a code; a text is
read back as such codes with their values, and another language's catalog words those: ``docs/decisions/messages.md``.
"""

from impactmap.model.messages.reading import Said, is_understood, read_message
from impactmap.model.messages.wording import message_languages, message_text, system_language, word_message

__all__ = [
    "Said",
    "is_understood",
    "message_languages",
    "message_text",
    "read_message",
    "system_language",
    "word_message",
]
