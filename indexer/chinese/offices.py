"""Names of public bodies and of those who head them, by how they end."""

from __future__ import annotations

_BODY = "人民政府(?:办公[厅室])?|国务院(?:办公厅)?|委员会|常委会|办公厅|办公室|法院|检察院|厅|局"
BODY = f"(?:{_BODY})"
# As signatures and letterheads shorten them: 市政府, 市委, 县府办.
SHORT_BODY = f"(?:{_BODY}|政府|办|委|院|处|中心)"
POST = "(?:总理|省长|市长|区长|县长|州长|主席|主任|院长|检察长|局长|厅长)"
