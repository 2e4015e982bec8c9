from __future__ import annotations

from pkg.response.encode import encode
from pkg.response.json import JsonResponse
from pkg.response.problem import Problem, prefers_html

__all__ = ["JsonResponse", "Problem", "encode", "prefers_html"]
