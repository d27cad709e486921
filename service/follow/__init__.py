"""What a follow-up takes from the question before it: in Chinese, in English, and from the items of an answer."""
