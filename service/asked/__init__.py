"""What a question asks for, read off its wording, one module a subject.

``service.understand`` calls these, once a question, and keeps what they read in ``Understood``. What answers (the steps
behind it) matches sentences with that, and with the question's words (``tokens``, ``pairs``, ``terms``,
``Understood.says``); it looks for no wording in the question again, which tests/service/test_read_once.py holds it to.
"""
