"""When two entries are the same card. Pure."""

import hashlib
import json

from kb.content import CardContent
from kb.text.folding import fold


def identity_key(content: CardContent) -> str:
    """Hex digest of (kind, folded standard question, scope); equal keys mean the same card where no number is given."""
    scope = [sorted(content.platforms), sorted(content.shops), sorted(content.products), content.phase]
    parts = [content.kind, fold(content.standard_question), scope]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
