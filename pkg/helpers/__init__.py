from __future__ import annotations

from pkg.helpers.fresh import fresh_hex, fresh_uuid
from pkg.helpers.loopback import is_loopback
from pkg.helpers.moment import stamp
from pkg.helpers.together import Together
from pkg.helpers.weighted import weighted

__all__ = ["Together", "fresh_hex", "fresh_uuid", "is_loopback", "stamp", "weighted"]
